import { HindsightClient } from "@vectorize-io/hindsight-client";
import { describe, expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { faults, type RunningApp, startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";
const MEMORIES = `${BANK}/memories`;

function retain(app: RunningApp, ...items: object[]) {
  return app.send("POST", MEMORIES, { items });
}

describe("what a retain may not be", () => {
  const scopes = "literal['per_tag','combined','all_combinations','shared']";
  const blocks = "list[tagged-union[TextContentBlock,ImageContentBlock,FileContentBlock]]";

  const cases: [what: string, item: object, expected: [string, (string | number)[]][]][] = [
    ["blank content", { content: "   " }, [["value_error", ["content"]]]],
    ["no blocks", { content: [] }, [["value_error", ["content"]]]],
    ["blank blocks", { content: [{ type: "text", text: " " }] }, [["value_error", ["content"]]]],
    [
      "an unknown block",
      { content: [{ type: "video" }] },
      [
        ["string_type", ["content", "str"]],
        ["union_tag_invalid", ["content", blocks, 0]],
      ],
    ],
    ["no content", { context: "c" }, [["missing", ["content"]]]],
    ["words for a date", { content: "x", timestamp: "next tuesday" }, [["value_error", ["timestamp"]]]],
    ["a year alone", { content: "x", timestamp: "2024" }, [["value_error", ["timestamp"]]]],
    ["year 1", { content: "x", timestamp: "0001-01-01T00:00:00Z" }, [["value_error", ["timestamp"]]]],
    ["a number for a date", { content: "x", timestamp: 1700000000 }, [["value_error", ["timestamp"]]]],
    ["metadata that is no text", { content: "x", metadata: { n: 7 } }, [["string_type", ["metadata", "n"]]]],
    [
      "unknown scopes",
      { content: "x", observation_scopes: "all" },
      [
        ["literal_error", ["observation_scopes", scopes]],
        ["list_type", ["observation_scopes", "list[list[str]]"]],
      ],
    ],
    ["an unknown mode", { content: "x", update_mode: "merge" }, [["literal_error", ["update_mode"]]]],
    ["an entity without text", { content: "x", entities: [{}] }, [["missing", ["entities", 0, "text"]]]],
    ["a tag that is no text", { content: "x", tags: [1] }, [["string_type", ["tags", 0]]]],
  ];

  test("each fault is told where it is, and no bank is made", async () => {
    const app = await startApp();
    for (const [what, item, expected] of cases) {
      const answer = await retain(app, { content: "fine" }, item);
      expect(answer.status, what).toBe(422);
      const located = expected.map(([type, loc]) => [type, ["body", "items", 1, ...loc]]);
      expect(faults(answer), what).toEqual(located);
    }
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(0);
  });

  test("an operation id that is no UUID, also where it is not used", async () => {
    const { send } = await startApp();
    const body = { items: [{ content: "x" }], operation_id: "nope" };
    expect(faults(await send("POST", MEMORIES, body))).toEqual([["value_error", ["body", "operation_id"]]]);
  });

  test("an append without a document leaves an empty bank; an id that no bank may have leaves none", async () => {
    const app = await startApp();
    expect((await retain(app, { content: "x", update_mode: "append" })).status).toBe(400);
    expect((await app.send("GET", `${MEMORIES}/list`)).body.total).toBe(0);
    const reserved = "/v1/default/banks/_reserved/memories";
    expect((await app.send("POST", reserved, { items: [{ content: "x" }] })).status).toBe(400);
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(1);
  });

  test("attachments that the model cannot look at are refused, and no bank is made", async () => {
    const app = await startApp();
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } };
    expect((await retain(app, { content: [{ type: "text", text: "x" }, image] })).status).toBe(422);
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(0);
  });
});

describe("retain", () => {
  test("answers with all seven keys", async () => {
    const app = await startApp();
    expect((await retain(app, { content: "Bob likes tea." })).body).toEqual({
      success: true,
      bank_id: "b",
      items_count: 1,
      async: false,
      operation_id: null,
      operation_ids: null,
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0, cached_tokens: 0, thoughts_tokens: 0 },
    });
  });

  test("no items make no bank", async () => {
    const app = await startApp();
    expect((await retain(app)).body).toMatchObject({ items_count: 0, usage: { total_tokens: 0 } });
    expect((await app.send("GET", "/v1/default/banks")).body.total).toBe(0);
  });

  test("text blocks are joined; tags may be one, or a list in a string; the request's are added", async () => {
    const app = await startApp();
    const blocks = ["Bob ", "likes tea."].map((text) => ({ type: "text", text }));
    await app.send("POST", MEMORIES, {
      items: [
        { content: blocks, document_id: "1", tags: "one" },
        { content: "Ann sails.", document_id: "2", tags: '["a","b"]' },
      ],
      document_tags: ["all"],
    });
    const { items } = (await app.send("GET", `${MEMORIES}/list?q=bob`)).body;
    expect(items).toMatchObject([{ text: "Bob likes tea.", tags: ["one", "all"] }]);
    expect((await app.send("GET", `${MEMORIES}/list?q=ann`)).body.items[0].tags).toEqual(["a", "b", "all"]);
  });

  test("what the model cannot read is a 500 with its text", async () => {
    const provider = await startScriptedOpenAi([{ status: 401, body: { error: { message: "bad key" } } }]);
    const llm = createChatModel(
      { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
      { attribute: false },
    );
    const app = await startApp({ llm });
    const answer = await retain(app, { content: "Bob likes tea." });
    expect([answer.status, answer.body.detail]).toEqual([500, expect.stringContaining("bad key")]);
  });

  test("a client that goes away ends the model's call", async () => {
    const provider = await startScriptedOpenAi([{ hang: true }]);
    const llm = createChatModel(
      { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
      { attribute: false },
    );
    const app = await startApp({ llm });
    const client = new AbortController();
    const gone = fetch(app.url + MEMORIES, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ items: [{ content: "Bob likes tea." }] }),
      signal: client.signal,
    });
    await provider.firstRequest;
    client.abort();
    await expect(gone).rejects.toThrow();
    expect(await app.log(/POST .*memories/)).toContain('"status":499');
    expect((await app.send("GET", `${MEMORIES}/list`)).body.total).toBe(0);
  });
});

describe("list", () => {
  async function filled() {
    const app = await startApp();
    await retain(app, {
      content: "Alice works at Google in Berlin.",
      document_id: "team/a doc",
      timestamp: "2023-06-01T10:00:00Z",
      tags: ["people"],
      entities: [{ text: "Alice" }],
      context: "intro",
      metadata: { src: "chat" },
    });
    await retain(app, {
      content: "Bob plays chess at noon.",
      document_id: "d2",
      timestamp: "2023-06-02T10:00:00+02:00",
      tags: ["games"],
    });
    await retain(app, { content: "The office closes 100%_early.", document_id: "d3", timestamp: "unset" });
    await retain(app, {
      content: "Carol sails to Malta.",
      document_id: "d4",
      timestamp: "2024-01-05",
      tags: ["games", "people"],
    });
    const found = async (query: string) => {
      const { items, total } = (await app.send("GET", `${MEMORIES}/list${query}`)).body;
      const names = items.map(({ text }: { text: string }) => text.split(" ")[0]);
      expect(total).toBeGreaterThanOrEqual(names.length);
      return names.join(" ");
    };
    return { app, found };
  }

  test("every key of an item", async () => {
    const { app } = await filled();
    const { items } = (await app.send("GET", `${MEMORIES}/list?q=google`)).body;
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        text: "Alice works at Google in Berlin.",
        context: "intro",
        date: "2023-06-01T10:00:00+00:00",
        fact_type: "world",
        document_id: "team/a doc",
        mentioned_at: "2023-06-01T10:00:00+00:00",
        occurred_start: null,
        occurred_end: null,
        entities: "Alice",
        chunk_id: "b_team/a doc_0",
        proof_count: 1,
        tags: ["people"],
        metadata: { src: "chat" },
        consolidated_at: null,
        consolidation_failed_at: null,
        state: "valid",
        invalidation_reason: null,
        invalidated_at: null,
        edited_at: null,
        updated_at: "2025-01-01T00:00:00+00:00",
        source_memory_ids: [],
      },
    ]);
  });

  const queries = [
    ["", "Carol Bob Alice The"],
    ["?limit=2&offset=1", "Bob Alice"],
    ["?type=world", "Carol Bob Alice The"],
    ["?type=opinion", ""],
    ["?q=ALICE", "Alice"],
    ["?q=intro", "Alice"],
    ["?q=a%25e", "Bob Alice"],
    ["?document_id=team/a%20doc", "Alice"],
    ["?tags=games", "Carol Bob The"],
    ["?tags=games&tags_match=any_strict", "Carol Bob"],
    ["?tags=games&tags=people&tags_match=all", "Carol The"],
    ["?tags=games&tags=people&tags_match=all_strict", "Carol"],
    ["?tags=games&tags_match=exact", "Bob"],
    ["?tags_match=exact", "The"],
    ["?time_field=mentioned_at&start_date=2023-06-02", "Carol Bob"],
    ["?time_field=mentioned_at&end_date=2023-06-02T08:00:00Z", "Alice"],
    // They were made at the same instant: the order is that of their ids.
    ["?start_date=2000-01-01", "Bob The Carol Alice"],
    ["?end_date=2000-01-01", ""],
    ["?state=invalidated", ""],
    ["?consolidation_state=PENDING", "Carol Bob Alice The"],
    ["?consolidation_state=done", ""],
    ["?q=&type=&tags_match=any", "Carol Bob Alice The"],
  ] as const;

  test("filters, orders and pages", async () => {
    const { found } = await filled();
    for (const [query, names] of queries) expect(await found(query), query).toBe(names);
  });

  test("refuses what is no filter, in the order of the checks", async () => {
    const { app } = await filled();
    const status = async (bank: string, query: string) =>
      (await app.send("GET", `/v1/default/banks/${bank}/memories/list?${query}`)).status;
    expect(await status("b", "time_field=noon")).toBe(422);
    expect(await status("b", "tags_match=some&state=odd")).toBe(422);
    expect(await status("nobody", "entity_id=x")).toBe(404);
    expect(await status("nobody", "start_date=soon")).toBe(400);
    expect(await status("nobody", "state=odd")).toBe(404);
    expect(await status("b", "state=odd")).toBe(400);
    expect(await status("b", "consolidation_state=odd")).toBe(400);
    expect(await status("b", "start_date=2024-01-01&end_date=2024-01-01")).toBe(400);
    expect(await status("b", "entity_id=AAAAAAAA000040008000000000000001")).toBe(200);
  });
});

describe("recall", () => {
  const RECALL = `${MEMORIES}/recall`;

  const cases: [body: object, expected: [string, (string | number)[]][]][] = [
    [{}, [["missing", ["query"]]]],
    [{ query: null }, [["string_type", ["query"]]]],
    [{ query: "?! ..." }, [["value_error", ["query"]]]],
    [{ query: "bees", types: "world" }, [["list_type", ["types"]]]],
    [{ query: "bees", budget: null }, [["enum", ["budget"]]]],
    [{ query: "bees", max_tokens: 1.5 }, [["int_from_float", ["max_tokens"]]]],
    [{ query: "bees", tags: "x" }, [["list_type", ["tags"]]]],
    [{ query: "bees", tags_match: "some" }, [["literal_error", ["tags_match"]]]],
    [{ query: "bees", tags: [], tag_groups: [] }, [["value_error", []]]],
    [{ query: "bees", min_scores: { final: "high" } }, [["float_parsing", ["min_scores", "final"]]]],
    [{ query: "bees", include: null }, [["model_attributes_type", ["include"]]]],
    [
      { query: "bees", include: { chunks: { max_tokens: null } } },
      [["int_type", ["include", "chunks", "max_tokens"]]],
    ],
    [{ query: "bees", temporal_window: { start: "2023-02-01" } }, [["missing", ["temporal_window", "end"]]]],
    [
      { query: "bees", temporal_window: { start: "2023-02-01", end: "2023-01-01" } },
      [["value_error", ["temporal_window"]]],
    ],
    [
      { query: "bees", tag_groups: [{ tags: ["a"], match: "none" }] },
      [
        ["literal_error", ["tag_groups", 0, "TagGroupLeaf", "match"]],
        ["missing", ["tag_groups", 0, "TagGroupAnd", "and"]],
        ["missing", ["tag_groups", 0, "TagGroupOr", "or"]],
        ["missing", ["tag_groups", 0, "TagGroupNot", "not"]],
      ],
    ],
  ];

  test("refuses a bad body, before the bank is looked for", async () => {
    const { send } = await startApp();
    for (const [body, expected] of cases) {
      const answer = await send("POST", RECALL, body);
      expect(faults(answer), JSON.stringify(body)).toEqual(
        expected.map(([type, loc]) => [type, ["body", ...loc]]),
      );
    }
  });

  test("an unknown fact type is named, before the bank is looked for", async () => {
    const { send } = await startApp();
    expect(await send("POST", RECALL, { query: "bees", types: ["opinion", "b", "a"] })).toMatchObject({
      status: 422,
      body: { detail: "Invalid fact type(s): a, b. Must be one of: experience, observation, world" },
    });
    const date = await send("POST", RECALL, { query: "bees", types: ["b"], query_timestamp: "soon" });
    expect(date.status).toBe(400);
    expect(await send("POST", RECALL, { query: "bees" })).toMatchObject({
      status: 404,
      body: { detail: "Bank 'b' not found" },
    });
    expect((await send("POST", RECALL, { query: "bees", types: ["opinion"] })).body.results).toEqual([]);
  });

  test("every key of the answer is there", async () => {
    const app = await startApp();
    await retain(app, {
      content: "Tom keeps bees.",
      document_id: "d",
      timestamp: "2023-05-01T10:00:00.020Z",
      entities: [{ text: "Tom" }],
    });
    const { body } = await app.send("POST", RECALL, { query: "Who keeps bees?", include: { chunks: {} } });
    expect(body).toEqual({
      results: [
        {
          id: expect.any(String),
          text: "Tom keeps bees.",
          type: "world",
          entities: ["Tom"],
          context: "",
          occurred_start: null,
          occurred_end: null,
          mentioned_at: "2023-05-01T10:00:00.020000+00:00",
          document_id: "d",
          metadata: {},
          chunk_id: "b_d_0",
          tags: [],
          source_fact_ids: null,
          scores: {
            final: expect.any(Number),
            reranker: null,
            semantic: expect.any(Number),
            keyword: expect.any(Number),
          },
          attachments: null,
        },
      ],
      trace: null,
      entities: { Tom: { entity_id: expect.any(String), canonical_name: "Tom", observations: [] } },
      chunks: {
        b_d_0: { id: "b_d_0", text: "Tom keeps bees.", chunk_index: 0, truncated: false, attachments: null },
      },
      source_facts: null,
      source_facts_truncated: null,
    });
  });
});

describe("reflect", () => {
  const REFLECT = `${BANK}/reflect`;
  const properties = { a: { type: "string" } };

  const cases: [body: object, expected: [string, (string | number)[]][]][] = [
    [{}, [["missing", ["query"]]]],
    [{ query: "", context: " " }, [["value_error", []]]],
    [{ query: "x", budget: "max" }, [["enum", ["budget"]]]],
    [{ query: "x", fact_types: [] }, [["value_error", ["fact_types"]]]],
    [{ query: "x", fact_types: ["opinion"] }, [["literal_error", ["fact_types", 0]]]],
    [{ query: "x", tags: [], tag_groups: [{ tags: ["a"] }] }, [["value_error", []]]],
    [{ query: "x", response_schema: {} }, [["value_error", ["response_schema"]]]],
    [{ query: "x", response_schema: { type: "array", properties } }, [["value_error", ["response_schema"]]]],
    [
      { query: "x", response_schema: { properties: { a: { type: "date" } } } },
      [["value_error", ["response_schema"]]],
    ],
    [
      { query: "x", response_schema: { properties, required: ["b"] } },
      [["value_error", ["response_schema"]]],
    ],
    [
      { query: "x", reflect_search_observations_max_tokens: 0 },
      [["greater_than_equal", ["reflect_search_observations_max_tokens"]]],
    ],
    [
      { query: "x", include: { tool_calls: { output: "maybe" } } },
      [["bool_parsing", ["include", "tool_calls", "output"]]],
    ],
  ];

  test("refuses a bad body", async () => {
    const { send } = await startApp();
    for (const [body, expected] of cases) {
      const answer = await send("POST", REFLECT, body);
      expect(faults(answer), JSON.stringify(body)).toEqual(
        expected.map(([type, loc]) => [type, ["body", ...loc]]),
      );
    }
  });

  test("without a model it is refused, and makes no bank", async () => {
    const { send } = await startApp();
    expect((await send("POST", REFLECT, { query: "x" })).status).toBe(400);
    expect((await send("GET", "/v1/default/banks")).body.total).toBe(0);
  });
});

test("the official client works on it, also below a sandbox's URL", async () => {
  const app = await startApp();
  const [sandbox] = (await app.control("POST", "/testkit/v1/sandboxes", { count: 1 })).body.sandboxes;
  for (const baseUrl of [app.url, `${app.url}/sandbox/${sandbox}`]) {
    const client = new HindsightClient({ baseUrl });
    await client.createBank("mine", { name: "Mine", mission: "Know Tom." });
    await client.retain("mine", "Tom keeps bees.", { timestamp: new Date("2023-05-01"), tags: ["t"] });
    const { results } = await client.recall("mine", "Who keeps bees?");
    expect(results.map(({ text }) => text)).toEqual(["Tom keeps bees."]);
    expect((await client.listMemories("mine")).total).toBe(1);
    await client.deleteBank("mine");
    await expect(client.recall("mine", "bees")).rejects.toThrow(/not found/);
  }
});

test("a strategy whose name holds half of a character is the client's fault", async () => {
  const { send } = await startApp();
  const body = '{"items":[{"content":"x y.","strategy":"\\ud800"}]}';
  expect((await send("POST", `${BANK}/memories`, body)).status).toBe(400);
});
