import { describe, expect, test } from "vitest";
import { FixedClock } from "../../src/engine/clock.ts";
import { Engine } from "../../src/engine/engine.ts";
import { readClock } from "../../src/engine/sandboxes/test-clocks.ts";
import { createChatModel } from "../support/chat-model.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { type RunningApp, startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";
const CLOCK = "/testkit/v1/clock";

async function withModel(script: Parameters<typeof startScriptedOpenAi>[0]) {
  const provider = await startScriptedOpenAi(script);
  const llm = createChatModel(
    { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
    { attribute: false, variables: { LLM_MAX_RETRIES: "0" } },
  );
  return { provider, app: await startApp({ llm }) };
}

async function makeSandboxes(app: RunningApp, count: number): Promise<string[]> {
  return (await app.control("POST", "/testkit/v1/sandboxes", { count })).body.sandboxes;
}

async function now(app: RunningApp, sandbox = ""): Promise<string> {
  return (await app.control("GET", `${CLOCK}?sandbox=${sandbox}`)).body.now;
}

async function settled(app: RunningApp, sandbox = "") {
  return (await app.control("POST", "/testkit/v1/settled", { sandbox })).body;
}

async function texts(app: RunningApp, prefix: string, bank = BANK): Promise<string[]> {
  const { items } = (await app.send("GET", `${prefix}${bank}/memories/list`)).body;
  return items.map(({ text }: { text: string }) => text).sort();
}

describe("the clock", () => {
  test("is set and moved, and what is stored follows it", async () => {
    const app = await startApp();
    expect(await now(app)).toBe("2025-01-01T00:00:00+00:00");
    const set = await app.control("POST", CLOCK, { now: "2024-02-28T22:00:00-03:00" });
    expect(set.body).toEqual({ now: "2024-02-29T01:00:00+00:00" });
    await app.control("POST", CLOCK, { advance_ms: 86_400_000 });
    await app.send("POST", `${BANK}/memories`, { items: [{ content: "Ada sails." }] });
    const { items } = (await app.send("GET", `${BANK}/memories/list`)).body;
    expect(items[0].created_at ?? items[0].date).toContain("2024-03-01T01:00:00");
  });

  test.each([{}, { now: "2025-01-01", advance_ms: 1 }, { now: "soon" }, { advance_ms: 9e15 }])(
    "%j is refused",
    async (body) => {
      const app = await startApp();
      expect((await app.control("POST", CLOCK, body)).status).toBe(400);
      expect(await now(app)).toBe("2025-01-01T00:00:00+00:00");
    },
  );

  test("of a sandbox is its own, ends with it, and survives the server", async () => {
    const app = await startApp();
    const [one = "", two = ""] = await makeSandboxes(app, 2);
    await app.control("POST", CLOCK, { sandbox: one, now: "2030-05-05" });
    expect([await now(app), await now(app, one), await now(app, two)]).toEqual([
      "2025-01-01T00:00:00+00:00",
      "2030-05-05T00:00:00+00:00",
      "2025-01-01T00:00:00+00:00",
    ]);
    const next = new Engine({ ...app.engine.context, clock: new FixedClock() });
    await next.start();
    expect(readClock(next.context, one).toISOString()).toBe("2030-05-05T00:00:00.000Z");
    await next.worker.stop();
    await app.control("DELETE", `/testkit/v1/sandboxes/${one}`);
    expect((await app.control("GET", `${CLOCK}?sandbox=${one}`)).status).toBe(410);
    expect((await app.control("GET", `${CLOCK}?sandbox=99`)).status).toBe(404);
  });

  test("brings work back that was put off, as soon as it is due, in its own sandbox", async () => {
    const { app } = await withModel((request) =>
      JSON.stringify(request).includes("fails") && request.model !== "" && failures-- > 0
        ? { status: 500 }
        : { json: { facts: [{ what: "It went well", fact_type: "world" }] } },
    );
    let failures = 2;
    const sandboxes = await makeSandboxes(app, 2);
    const [one = "", two = ""] = sandboxes;
    for (const sandbox of sandboxes) {
      const items = [{ content: "It fails at first." }];
      await app.send("POST", `/sandbox/${sandbox}${BANK}/memories`, { async: true, items });
      expect((await settled(app, sandbox)).unsettled).toMatchObject([
        { status: "pending", next_retry_at: "2025-01-01T00:01:00+00:00" },
      ]);
    }
    await app.control("POST", CLOCK, { sandbox: one, advance_ms: 59_999 });
    expect(await settled(app, one)).toEqual({ unsettled: [] });
    expect(await texts(app, `/sandbox/${one}`)).toEqual([]);
    await app.control("POST", CLOCK, { sandbox: one, advance_ms: 1 });
    expect(await settled(app, one)).toEqual({ unsettled: [] });
    expect(await texts(app, `/sandbox/${one}`)).toEqual(["It went well"]);
    expect(await texts(app, `/sandbox/${two}`)).toEqual([]);
    const { operations } = (await app.send("GET", `/sandbox/${one}${BANK}/operations?type=retain`)).body;
    expect(operations[0].updated_at).toBe("2025-01-01T00:01:00+00:00");
  });
});

/** The rows of all tables of a bank's data, without what a fork changes. */
async function rowsOf(app: RunningApp, bankId: string, sandbox = "") {
  const { database } = app.engine.context;
  const tables = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'bank_key' AND table_name NOT IN ('operations', 'deleted_runs') ORDER BY 1`,
  );
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables.rows) {
    const found = await database.query<{ row: object }>(
      `SELECT to_jsonb(t) - '{bank_key,sandbox_id,bank_id,inserted_at,chunk_id}'::text[] AS row FROM ${name} t
       JOIN banks b USING (bank_key) WHERE b.bank_id = $1 AND b.sandbox_id = $2 ORDER BY (to_jsonb(t) - 'bank_key')::text`,
      [bankId, sandbox],
    );
    rows[name] = found.rows.map(({ row }) => row);
  }
  return rows;
}

/** A bank with rows in every table. */
async function fill(app: RunningApp): Promise<void> {
  const { database } = app.engine.context;
  for (const document_id of ["d_1", "d_2"]) {
    const items = [
      { content: `Ada sails in ${document_id}.`, document_id, entities: [{ text: "Ada" }, { text: "Ben" }] },
    ];
    await app.send("POST", `${BANK}/memories`, { items });
  }
  await app.send("POST", `${BANK}/aliases`, { alias: "also" });
  await app.send("POST", `${BANK}/directives`, { name: "short", content: "Be short.", priority: 1 });
  await app.send("POST", `${BANK}/memories`, {
    async: true,
    items: [{ content: "Ben rows.", document_id: "d_3" }],
  });
  await settled(app);
  const { items } = (await app.send("GET", `${BANK}/memories/list?document_id=d_2`)).body;
  await app.send("PATCH", `${BANK}/memories/${items[0].id}`, { state: "invalidated", reason: "no" });
  await settled(app);
  await database.query(
    `INSERT INTO attachments (bank_key, document_id, attachment_id, hash, kind, media_type, filename, content, created_at)
     SELECT bank_key, 'd_1', 'a1', 'h', 'image', 'image/png', 'x.png', '\\x00ff', now() FROM banks;`,
  );
  await database.query(
    "INSERT INTO relink_queue (bank_key, unit_id) SELECT bank_key, unit_id FROM memory_units LIMIT 1",
  );
  await database.query(
    `INSERT INTO link_queue (bank_key, unit_id, before_position, neighbours)
     SELECT bank_key, unit_id, 1, 20 FROM memory_units LIMIT 1`,
  );
  await database.query(
    `INSERT INTO observation_history (bank_key, unit_id, number, previous_text, previous_tags, new_source_memory_ids, changed_at)
     SELECT bank_key, unit_id, 1, 'Ada.', '{}', '{}', now() FROM memory_units LIMIT 1`,
  );
  await database.query(
    `INSERT INTO mental_models (bank_key, mental_model_id, name, source_query, max_tokens, trigger, embedding, seen_revision,
       last_refreshed_at, created_at)
     SELECT bank_key, 'm', 'm', 'Who sails?', 100, '{}', '\\x00', 1, now(), now() FROM banks`,
  );
  await database.query(
    `INSERT INTO mental_model_history (bank_key, mental_model_id, failed, entry, changed_at)
     SELECT bank_key, 'm', false, '{}', now() FROM banks`,
  );
  await database.query(
    "INSERT INTO entity_queue (bank_key, entity_id) SELECT bank_key, entity_id FROM entities",
  );
  await database.query(
    `INSERT INTO parked_links (bank_key, from_unit_id, to_unit_id, link_type, weight, created_at)
     SELECT bank_key, unit_id, unit_id, 'caused_by', 1, now() FROM archived_units`,
  );
  await database.query(
    `INSERT INTO entity_cooccurrences (bank_key, entity_id, other_id, weight, last_cooccurred)
     SELECT a.bank_key, a.entity_id, b.entity_id, 1, now() FROM entities a JOIN entities b ON a.entity_id < b.entity_id
     ON CONFLICT DO NOTHING`,
  );
  await database.query(
    `INSERT INTO memory_links (bank_key, from_unit_id, to_unit_id, link_type, weight, created_at)
     SELECT a.bank_key, a.unit_id, b.unit_id, 'semantic', 0.5, now() FROM memory_units a, memory_units b
     ON CONFLICT DO NOTHING`,
  );
}

describe("forking", () => {
  test("a bank: every row is there once more with the same ids, and chunks follow the bank's id", async () => {
    const app = await startApp();
    await fill(app);
    const fork = await app.control("POST", "/testkit/v1/banks/fork", { bank: "also", to: "c_~" });
    expect(fork).toMatchObject({ status: 200, body: { bank: "c_~", sandbox: "" } });
    const [before, after] = [await rowsOf(app, "b"), await rowsOf(app, "c_~")];
    const empty = Object.keys(before).filter((table) => before[table]?.length === 0);
    expect(empty).toEqual([]);
    // In the same sandbox a name stands for one bank.
    const { bank_names: names, ...rest } = before;
    const { bank_names: forkedNames, ...forked } = after;
    expect(forked).toEqual(rest);
    expect([names?.length, forkedNames?.length]).toEqual([2, 1]);
    const { rows } = await app.engine.context.database.query<{ id: string }>(
      `SELECT chunk_id AS id FROM chunks JOIN banks USING (bank_key) WHERE bank_id = 'c_~'
       UNION SELECT chunk_id FROM memory_units JOIN banks USING (bank_key) WHERE bank_id = 'c_~'
       UNION SELECT chunk_id FROM archived_units JOIN banks USING (bank_key) WHERE bank_id = 'c_~' ORDER BY 1`,
    );
    expect(rows.map(({ id }) => id)).toEqual(["c~5F~7E_d~5F1_0", "c~5F~7E_d~5F2_0", "c~5F~7E_d~5F3_0"]);
  });

  test("a bank: what happens to the one does not concern the other", async () => {
    const app = await startApp();
    await fill(app);
    await app.control("POST", "/testkit/v1/banks/fork", { bank: "b", to: "c" });
    const copy = "/v1/default/banks/c";
    await app.send("POST", `${copy}/memories`, { items: [{ content: "Cleo flies.", document_id: "d_1" }] });
    expect(await texts(app, "", copy)).toEqual(["Ben rows.", "Cleo flies."]);
    expect(await texts(app, "")).toEqual(["Ada sails in d_1.", "Ben rows."]);
    const recalled = (await app.send("POST", `${copy}/memories/recall`, { query: "Cleo flies" })).body
      .results;
    expect(recalled[0]).toMatchObject({ text: "Cleo flies." });
    const submit = (bank: string) =>
      app.send("POST", `${bank}/memories`, { async: true, items: [{ content: "Dora digs." }] });
    const ids = [(await submit(copy)).body.operation_id, (await submit(BANK)).body.operation_id];
    expect(ids[0]).not.toBe(ids[1]);
    expect(await settled(app)).toEqual({ unsettled: [] });
    await app.send("DELETE", BANK);
    expect(await texts(app, "", copy)).toEqual(["Ben rows.", "Cleo flies.", "Dora digs."]);
  });

  test("a sandbox: all its banks, its aliases and its clock; forks end with it", async () => {
    const app = await startApp();
    const [sandbox = ""] = await makeSandboxes(app, 1);
    const prefix = `/sandbox/${sandbox}`;
    await app.control("POST", CLOCK, { sandbox, now: "2026-01-01" });
    for (const bank of ["b", "c"]) {
      await app.send("POST", `${prefix}/v1/default/banks/${bank}/memories`, {
        items: [{ content: `Ada in ${bank}.` }],
      });
    }
    await app.send("POST", `${prefix}${BANK}/aliases`, { alias: "also" });
    const fork = async (from: string) =>
      (await app.control("POST", "/testkit/v1/sandboxes/fork", { sandbox: from })).body.sandbox;
    const copies = [await fork(sandbox), await fork(sandbox)];
    copies.push(await fork(copies[0]));
    expect(copies).toEqual(["1-1", "1-2", "1-3"]);
    for (const copy of copies) {
      expect(await texts(app, `/sandbox/${copy}`, "/v1/default/banks/also")).toEqual(["Ada in b."]);
      expect(await now(app, copy)).toBe("2026-01-01T00:00:00+00:00");
      const chunk = (bank: string) => rowsOf(app, bank, copy).then(({ chunks }) => chunks);
      expect(await chunk("c")).toEqual((await rowsOf(app, "c", sandbox)).chunks);
    }
    await app.send("POST", `/sandbox/1-1${BANK}/memories`, { items: [{ content: "Only here." }] });
    expect(await texts(app, prefix)).toEqual(["Ada in b."]);
    await app.control("DELETE", `/testkit/v1/sandboxes/${sandbox}`);
    for (const copy of copies) {
      expect((await app.send("GET", `/sandbox/${copy}/v1/default/banks`)).status).toBe(410);
    }
    const { rows } = await app.engine.context.database.query("SELECT FROM banks");
    expect(rows).toEqual([]);
  });

  test("is refused while work has not ended, and names it", async () => {
    const { promise, resolve } = promiseWithResolvers();
    const { app, provider } = await withModel([{ after: promise, answer: { json: { facts: [] } } }]);
    await app.send("PUT", BANK, { enable_observations: false });
    await app.send("POST", `${BANK}/memories`, { async: true, items: [{ content: "Ada sails." }] });
    await provider.firstRequest;
    for (const [path, body] of [
      ["/testkit/v1/banks/fork", { bank: "b", to: "c" }],
      ["/testkit/v1/sandboxes/fork", {}],
    ] as const) {
      const refused = await app.control("POST", path, body);
      expect(refused.status).toBe(409);
      expect(refused.body.detail).toMatch(
        /batch_retain \S+ of bank 'b' \(pending\), retain \S+ of bank 'b' \(processing\)/,
      );
    }
    resolve();
    await settled(app);
    expect((await app.control("POST", "/testkit/v1/banks/fork", { bank: "b", to: "c" })).status).toBe(200);
  });

  test("is refused for what is unknown, taken, or no id", async () => {
    const app = await startApp();
    await app.send("PUT", BANK, {});
    await app.send("POST", `${BANK}/aliases`, { alias: "also" });
    const fork = async (body: object) => (await app.control("POST", "/testkit/v1/banks/fork", body)).status;
    expect(await fork({ bank: "nobody", to: "c" })).toBe(404);
    expect(await fork({ bank: "b", to: "b" })).toBe(409);
    expect(await fork({ bank: "b", to: "also" })).toBe(409);
    expect(await fork({ bank: "b", to: "_" })).toBe(400);
    expect(await fork({ bank: "b", to: "c", to_sandbox: "9" })).toBe(404);
    expect((await app.control("POST", "/testkit/v1/sandboxes/fork", { sandbox: "9" })).status).toBe(404);
  });
});

test("settled knows a bank by its alias, and no sandbox that is not there", async () => {
  const { promise: answered, resolve: answer } = promiseWithResolvers();
  const { app } = await withModel(() => ({
    after: answered,
    answer: { json: { facts: [{ what: "It went well", fact_type: "world" }] } },
  }));
  await app.send("PUT", BANK, {});
  await app.send("POST", `${BANK}/aliases`, { alias: "nick" });
  await app.send("POST", `${BANK}/memories`, { async: true, items: [{ content: "It goes on." }] });
  const ask = (body: object) => app.control("POST", "/testkit/v1/settled", body);
  expect((await ask({ banks: ["nick"], timeout_ms: 0 })).status).toBe(408);
  expect((await ask({ sandbox: "99" })).status).toBe(404);
  answer();
  expect(await ask({ banks: ["nick"] })).toMatchObject({ status: 200, body: { unsettled: [] } });
});
