import { describe, expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { faults, type RunningApp, startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";
const OPERATIONS = `${BANK}/operations`;
const NOBODY = "00000000-0000-4000-8000-000000000000";

async function submit(app: RunningApp, items: object[], more: object = {}) {
  return app.send("POST", `${BANK}/memories`, { async: true, items, ...more });
}

async function settle(app: RunningApp) {
  return (await app.control("POST", "/testkit/v1/settled", { sandbox: "" })).body.unsettled;
}

/** A submitted operation that has run, and its only child. */
async function ran(app: RunningApp, item: object = { content: "Alice moved to Berlin.", document_id: "d1" }) {
  const { operation_id: parent } = (await submit(app, [item])).body;
  const unsettled = await settle(app);
  const [{ operation_id: child }] = (await app.send("GET", `${OPERATIONS}/${parent}`)).body.child_operations;
  return { parent, child, unsettled };
}

async function withModel(script: Parameters<typeof startScriptedOpenAi>[0]) {
  const provider = await startScriptedOpenAi(script);
  const llm = createChatModel(
    { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
    { attribute: false },
  );
  return { provider, app: await startApp({ llm }) };
}

describe("submitting", () => {
  test("answers at once with the operation's id", async () => {
    const app = await startApp();
    expect((await submit(app, [{ content: "Alice moved to Berlin." }])).body).toEqual({
      success: true,
      bank_id: "b",
      items_count: 1,
      async: true,
      operation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      operation_ids: null,
      usage: null,
    });
    expect(await settle(app)).toEqual([]);
    expect((await app.send("GET", `${BANK}/memories/list`)).body.total).toBe(1);
  });

  test("text that no database takes is cleaned, as in a synchronous retain", async () => {
    const app = await startApp();
    const { unsettled } = await ran(app, {
      content: "Alice\u0000 moved to \ud800Berlin.",
      document_id: "d\u0000",
    });
    expect(unsettled).toEqual([]);
    const { items } = (await app.send("GET", `${BANK}/memories/list`)).body;
    expect(items[0].text).toBe("Alice moved to Berlin.");
  });

  test("the same work gets the same ids in every run", async () => {
    const ids = [];
    for (const app of [await startApp(), await startApp()]) ids.push(await ran(app));
    expect(ids[0]).toEqual(ids[1]);
  });

  test("one operation per strategy", async () => {
    const app = await startApp();
    const { body } = await submit(app, [{ content: "a" }, { content: "b", strategy: "s" }, { content: "c" }]);
    expect(body.operation_ids).toHaveLength(2);
    expect(body.operation_id).toBe(body.operation_ids[0]);
  });

  test("no items are nothing to do", async () => {
    const app = await startApp();
    expect(await submit(app, [])).toMatchObject({
      status: 200,
      body: { items_count: 0, operation_id: null },
    });
    expect((await submit(app, [], { operation_id: NOBODY })).status).toBe(400);
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(0);
  });

  test("items are packed by tokens; a large one is a child alone", async () => {
    const app = await startApp();
    const large = "word ".repeat(12_000);
    const { body } = await submit(app, [
      { content: "a" },
      { content: "b" },
      { content: large },
      { content: "c" },
    ]);
    await settle(app);
    const parent = (await app.send("GET", `${OPERATIONS}/${body.operation_id}`)).body;
    expect(parent.result_metadata).toMatchObject({ items_count: 4, num_sub_batches: 3, is_parent: true });
    expect(parent.child_operations).toMatchObject([
      { sub_batch_index: 1, items_count: 2 },
      { sub_batch_index: 2, items_count: 1 },
      { sub_batch_index: 3, items_count: 1 },
    ]);
  });

  test("what is refused makes no bank", async () => {
    const app = await startApp();
    const twice = await submit(app, [
      { content: "one", document_id: "same" },
      { content: "two", document_id: "same" },
    ]);
    expect(twice.status).toBe(400);
    expect((await submit(app, [{ content: "one", update_mode: "append" }])).status).toBe(400);
    const strategies = [{ content: "one", strategy: "s" }, { content: "two" }];
    expect((await submit(app, strategies, { operation_id: NOBODY })).status).toBe(400);
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(0);
  });

  test("a repeated operation id changes nothing, also when both are sent at once", async () => {
    const app = await startApp();
    const operation_id = "5B1F2C3D-0000-4000-8000-0000000000A1";
    const items = [{ content: "Emil sails." }];
    const answers = await Promise.all([1, 2, 3].map(() => submit(app, items, { operation_id })));
    const lowered = operation_id.toLowerCase();
    expect(answers.map(({ status, body }) => [status, body.operation_id])).toEqual(
      answers.map(() => [200, lowered]),
    );
    const other = [
      { content: "x", document_id: "q" },
      { content: "y", document_id: "q" },
    ];
    expect((await submit(app, other, { operation_id })).body).toMatchObject({ items_count: 1 });
    await settle(app);
    expect((await app.send("GET", OPERATIONS)).body.total).toBe(2);

    const elsewhere = await app.send("POST", "/v1/default/banks/other/memories", {
      async: true,
      items,
      operation_id,
    });
    expect(elsewhere.status).toBe(409);
    const { child_operations } = (await app.send("GET", `${OPERATIONS}/${lowered}`)).body;
    const child = child_operations[0].operation_id;
    expect((await submit(app, items, { operation_id: child })).status).toBe(409);
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(1);
  });

  test("a document is written by one operation after the other, in order", async () => {
    const app = await startApp();
    for (const line of ["one", "two", "three", "four"]) {
      await submit(app, [{ content: line, document_id: "log", update_mode: "append" }]);
    }
    expect(await settle(app)).toEqual([]);
    const { items } = (await app.send("GET", `${BANK}/memories/list`)).body;
    const texts = items.map(({ text }: { text: string }) => text);
    for (const line of ["one", "two", "three", "four"]) expect(texts.join("\n")).toContain(line);
  });
});

describe("reading", () => {
  test("a parent and its child, in all their fields", async () => {
    const app = await startApp();
    const { parent, child } = await ran(app);
    const at = "2025-01-01T00:00:00+00:00";
    const common = {
      status: "completed",
      mental_model_id: null,
      created_at: at,
      updated_at: at,
      completed_at: at,
      error_message: null,
      retry_count: 0,
      next_retry_at: null,
      details: null,
    };
    expect((await app.send("GET", `${OPERATIONS}/${parent}?include_payload=1`)).body).toEqual({
      ...common,
      operation_id: parent,
      id: parent,
      operation_type: "batch_retain",
      task_type: "batch_retain",
      progress: null,
      result_metadata: {
        is_parent: true,
        items_count: 1,
        document_id: "d1",
        num_sub_batches: 1,
        total_tokens: 5,
        unit_ids_count: 1,
        extraction_errors_count: 0,
      },
      child_operations: [
        { operation_id: child, status: "completed", sub_batch_index: 1, items_count: 1, error_message: null },
      ],
      task_payload: null,
    });
    const nothing = { count: 0, ids: [] };
    const progress = { stage: "storing", at, processed: 1, total: 1, detail: { facts_committed: 1 } };
    const read = (await app.send("GET", `${OPERATIONS}/${child}`)).body;
    expect(read).toEqual({
      ...common,
      operation_id: child,
      id: child,
      operation_type: "retain",
      task_type: "retain",
      progress,
      result_metadata: {
        parent_operation_id: parent,
        items_count: 1,
        document_id: "d1",
        sub_batch_index: 1,
        total_sub_batches: 1,
        document_ids: ["d1"],
        facts_committed: true,
        facts_committed_document_ids: ["d1"],
        unit_ids_count: 1,
        extraction_errors_count: 0,
        document_events: [
          {
            kind: "retain",
            document_id: "d1",
            fact_id: null,
            facts_added: 1,
            facts_removed: 0,
            observations_created: nothing,
            observations_updated: nothing,
            observations_removed: nothing,
            created_at: "2025-01-01T00:00:00Z",
          },
        ],
        progress,
      },
      child_operations: null,
      task_payload: null,
    });
    const { task_payload } = (await app.send("GET", `${OPERATIONS}/${child}?include_payload=true`)).body;
    expect(task_payload).toEqual({
      type: "batch_retain",
      bank_id: "b",
      operation_id: child,
      contents: [{ content: "Alice moved to Berlin.", document_id: "d1" }],
    });
  });

  test("the payload keeps what the caller set, and the caller's offset", async () => {
    const app = await startApp();
    const item = {
      content: "Alice moved.",
      timestamp: "2024-01-02T10:00:00+05:30",
      context: "c",
      metadata: { k: "v" },
      tags: ["t"],
      entities: [{ text: "Alice" }],
      observation_scopes: "shared",
    };
    const { child } = await ran(app, item);
    const { task_payload } = (await app.send("GET", `${OPERATIONS}/${child}?include_payload=true`)).body;
    const { timestamp, ...kept } = item;
    expect(task_payload.contents).toEqual([
      {
        ...kept,
        event_date: timestamp,
        entities: [{ text: "Alice", type: "CONCEPT" }],
        resolve_entities: true,
      },
    ]);
    const unset = await ran(app, { content: "x", timestamp: "unset" });
    const read = await app.send("GET", `${OPERATIONS}/${unset.child}?include_payload=true`);
    expect(read.body.task_payload.contents).toEqual([{ content: "x", event_date: null }]);
  });

  test("what is not there is 200 not_found, in any bank", async () => {
    const app = await startApp();
    const { parent } = await ran(app);
    for (const path of [`${OPERATIONS}/${NOBODY}`, `/v1/default/banks/other/operations/${parent}`]) {
      const { status, body } = await app.send("GET", path);
      expect([status, body.status, body.operation_id, body.retry_count]).toEqual([
        200,
        "not_found",
        path.split("/").at(-1),
        null,
      ]);
      expect(Object.keys(body)).toHaveLength(17);
    }
    expect((await app.send("GET", `${OPERATIONS}/nope`)).status).toBe(400);
  });

  test("the list has filters and pages", async () => {
    const app = await startApp();
    expect((await app.send("GET", OPERATIONS)).status).toBe(404);
    const { parent, child } = await ran(app);
    const ids = async (query: string) => {
      const { body } = await app.send("GET", `${OPERATIONS}?${query}`);
      return [body.total, ...body.operations.map(({ id }: { id: string }) => id)];
    };
    expect(await ids("")).toEqual([2, child, parent]);
    expect(await ids("exclude_parents=true")).toEqual([1, child]);
    expect(await ids("type=batch_retain")).toEqual([1, parent]);
    expect(await ids("status=completed&limit=1&offset=1")).toEqual([2, parent]);
    expect(await ids("status=nonsense")).toEqual([0]);
    expect(Object.keys((await app.send("GET", OPERATIONS)).body.operations[0])).toHaveLength(16);
    expect(faults(await app.send("GET", `${OPERATIONS}?limit=0&offset=-1&exclude_parents=maybe`))).toEqual([
      ["greater_than_equal", ["query", "limit"]],
      ["greater_than_equal", ["query", "offset"]],
      ["bool_parsing", ["query", "exclude_parents"]],
    ]);
    expect((await app.send("GET", `${OPERATIONS}?limit=101`)).status).toBe(422);
  });
});

describe("commands", () => {
  test("what is done is neither cancelled nor retried, and can be deleted once", async () => {
    const app = await startApp();
    const { parent, child } = await ran(app);
    for (const id of [parent, child]) {
      expect((await app.send("DELETE", `${OPERATIONS}/${id}`)).status).toBe(409);
      expect((await app.send("POST", `${OPERATIONS}/${id}/retry`)).status).toBe(409);
    }
    expect((await app.send("DELETE", `${OPERATIONS}/${child}/delete`)).body).toEqual({
      success: true,
      message: `Operation ${child} deleted`,
      operation_id: child,
    });
    expect((await app.send("GET", `${OPERATIONS}/${parent}`)).body.child_operations).toEqual([]);
    expect((await app.send("POST", `${OPERATIONS}/${parent}/retry`)).status).toBe(409);
    expect((await app.send("DELETE", `${OPERATIONS}/${parent}/delete`)).status).toBe(200);
    expect((await app.send("DELETE", `${OPERATIONS}/${parent}/delete`)).status).toBe(404);
  });

  test.each([
    ["DELETE", ""],
    ["POST", "/retry"],
    ["DELETE", "/delete"],
  ])("%s …%s of what is unknown is 404, of what is no UUID 400", async (method, suffix) => {
    const app = await startApp();
    expect((await app.send(method, `${OPERATIONS}/${NOBODY}${suffix}`)).status).toBe(404);
    expect((await app.send(method, `${OPERATIONS}/nope${suffix}`)).status).toBe(400);
  });

  test("what is cancelled while it runs ends at its next checkpoint, and stays cancelled", async () => {
    const { promise, resolve } = promiseWithResolvers();
    const answer = { json: { facts: [{ what: "Alice moved", fact_type: "world" }] } };
    const { provider, app } = await withModel([{ after: promise, answer }]);
    const { operation_id: parent } = (await submit(app, [{ content: "Alice moved." }])).body;
    await provider.firstRequest;
    const [{ operation_id: child }] = (await app.send("GET", `${OPERATIONS}/${parent}`)).body
      .child_operations;
    expect((await app.send("DELETE", `${OPERATIONS}/${child}/delete`)).status).toBe(409);
    const cancelled = await app.send("DELETE", `${OPERATIONS}/${child}`);
    expect(cancelled.body.message).toBe(`Operation ${child} cancelled`);
    const after = (await app.send("GET", `${OPERATIONS}/${parent}`)).body;
    expect([after.status, after.completed_at, after.error_message]).toEqual(["cancelled", null, null]);
    expect((await app.send("DELETE", `${OPERATIONS}/${child}`)).status).toBe(409);

    const waiting = settle(app);
    resolve();
    expect(await waiting).toEqual([]);
    // Behind the model's answer there was no checkpoint left.
    expect((await app.send("GET", `${BANK}/memories/list`)).body.total).toBe(1);
    const ended = (await app.send("GET", `${OPERATIONS}/${child}`)).body;
    expect(ended).toMatchObject({
      status: "cancelled",
      completed_at: null,
      result_metadata: { unit_ids_count: 1 },
    });
  });

  test("a cancelled run that is retried meanwhile stores nothing: the new run does", async () => {
    const { promise, resolve } = promiseWithResolvers();
    const facts = (what: string) => ({ json: { facts: [{ what, fact_type: "world" }] } });
    const { provider, app } = await withModel([{ after: promise, answer: facts("old") }, facts("new")]);
    const { operation_id: parent } = (await submit(app, [{ content: "Alice moved." }])).body;
    await provider.firstRequest;
    const [{ operation_id: child }] = (await app.send("GET", `${OPERATIONS}/${parent}`)).body
      .child_operations;
    await app.send("DELETE", `${OPERATIONS}/${child}`);
    expect((await app.send("POST", `${OPERATIONS}/${child}/retry`)).status).toBe(200);
    resolve();
    expect(await settle(app)).toEqual([]);
    const { items } = (await app.send("GET", `${BANK}/memories/list`)).body;
    expect(items.map(({ text }: { text: string }) => text)).toEqual(["new"]);
  });
});

describe("failures", () => {
  test("a key that is refused fails at once; settle tells it once, and a retry can mend it", async () => {
    const { app } = await withModel([
      { status: 401, body: { error: { message: "bad key" } } },
      { json: { facts: [{ what: "Alice moved", fact_type: "world" }] } },
    ]);
    const { parent, child, unsettled } = await ran(app);
    expect(unsettled).toEqual([
      {
        bank_id: "b",
        operation_id: child,
        operation_type: "retain",
        status: "failed",
        error_message: expect.stringContaining("bad key"),
        next_retry_at: null,
      },
    ]);
    expect(await settle(app)).toEqual([]);
    const failed = (await app.send("GET", `${OPERATIONS}/${parent}`)).body;
    expect([failed.status, failed.completed_at]).toEqual(["failed", null]);
    expect(failed.error_message).toContain("bad key");

    expect((await app.send("POST", `${OPERATIONS}/${parent}/retry`)).status).toBe(200);
    expect(await settle(app)).toEqual([]);
    const mended = (await app.send("GET", `${OPERATIONS}/${parent}`)).body;
    expect(mended).toMatchObject({ status: "completed", error_message: null });
    expect(mended.child_operations[0].status).toBe("completed");
  });

  test("a provider that says when to come back is the reason that settle gives", async () => {
    const { app } = await withModel(() => ({
      status: 429,
      headers: { "retry-after": "600" },
      body: { error: { message: "quota used up" } },
    }));
    const { child, unsettled } = await ran(app);
    expect(unsettled).toEqual([
      {
        bank_id: "b",
        operation_id: child,
        operation_type: "retain",
        status: "pending",
        error_message: expect.stringContaining("quota used up"),
        next_retry_at: "2025-01-01T00:10:00+00:00",
      },
    ]);
    // It is no failure of the operation, which says nothing of it.
    expect((await app.send("GET", `${OPERATIONS}/${child}`)).body.error_message).toBeNull();
  });

  test("another error is put off by a minute; the clock stands still, so that only a retry runs it", async () => {
    const app = await startApp();
    const { database } = app.engine.context;
    await database.query("ALTER TABLE chunks RENAME TO chunks_elsewhere");
    const { parent, child, unsettled } = await ran(app);
    expect(unsettled).toMatchObject([
      { operation_id: child, status: "pending", next_retry_at: "2025-01-01T00:01:00+00:00" },
    ]);
    const waiting = (await app.send("GET", `${OPERATIONS}/${child}`)).body;
    expect(waiting).toMatchObject({ status: "pending", retry_count: 1 });
    expect(waiting.result_metadata.last_retry_error).toBe(waiting.error_message);
    expect((await app.send("GET", `${OPERATIONS}/${parent}`)).body.status).toBe("pending");
    expect(await settle(app)).toEqual([]);

    await database.query("ALTER TABLE chunks_elsewhere RENAME TO chunks");
    expect((await app.send("POST", `${OPERATIONS}/${child}/retry`)).status).toBe(200);
    expect(await settle(app)).toEqual([]);
    expect((await app.send("GET", `${OPERATIONS}/${parent}`)).body.status).toBe("completed");
  });
});

test("settle waits for work that runs, and looks only at the banks it is asked about", async () => {
  const { promise, resolve } = promiseWithResolvers();
  const { provider, app } = await withModel([{ after: promise, answer: { json: { facts: [] } } }]);
  const { operation_id: id } = (await submit(app, [{ content: "Alice moved." }])).body;
  await provider.firstRequest;
  const other = await app.control("POST", "/testkit/v1/settled", { sandbox: "", banks: ["other"] });
  expect(other.body).toEqual({ unsettled: [] });
  const [{ operation_id: child }] = (await app.send("GET", `${OPERATIONS}/${id}`)).body.child_operations;
  const timedOut = await app.control("POST", "/testkit/v1/settled", { timeout_ms: 1 });
  expect(timedOut).toMatchObject({
    status: 408,
    body: {
      detail: `retain ${child} of bank b is still processing after 1 ms`,
      unsettled: [{ operation_id: child, status: "processing" }],
    },
  });
  const waiting = settle(app);
  resolve();
  expect(await waiting).toEqual([]);
});

describe("asking for a consolidation", () => {
  const CONSOLIDATE = `${BANK}/consolidate`;

  test("needs the bank, and takes a body that may be left out", async () => {
    const app = await startApp();
    expect((await app.send("POST", CONSOLIDATE)).status).toBe(404);
    await app.send("PUT", BANK, {});
    for (const body of [
      undefined,
      "null",
      {},
      { observation_scopes: null },
      { observation_scopes: [["a"]] },
    ]) {
      expect(await app.send("POST", CONSOLIDATE, body)).toMatchObject({
        status: 200,
        body: { operation_id: expect.any(String), deduplicated: expect.any(Boolean) },
      });
      expect(await settle(app)).toEqual([]);
    }
    expect(faults(await app.send("POST", CONSOLIDATE, []))).toEqual([["model_attributes_type", ["body"]]]);
    expect(faults(await app.send("POST", CONSOLIDATE, { observation_scopes: ["a"] }))).toEqual([
      ["list_type", ["body", "observation_scopes", 0]],
    ]);
  });

  test("names unknown parameters of the query, not of the body", async () => {
    const app = await startApp();
    await app.send("PUT", BANK, {});
    const { headers } = await app.send("POST", `${CONSOLIDATE}?a=1`, { b: 1 });
    expect(headers.get("x-ignored-params")).toBe("a");
  });
});
