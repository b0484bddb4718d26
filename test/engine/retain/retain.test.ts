import { describe, expect, test } from "vitest";
import { FixedClock } from "../../../src/engine/clock.ts";
import { retain } from "../../../src/engine/retain/retain.ts";
import type { RetainItem } from "../../../src/engine/types.ts";
import { LlmError } from "../../../src/llm/llm-error.ts";
import { findBank } from "../../../src/store/banks.ts";
import { createTestDatabase } from "../../support/database.ts";
import { documentIds, item, model, rows, SETTINGS, testContext, unitIds } from "./fixture.ts";

const ADDRESS = { sandboxId: "", bankId: "my_bank" };

const FACTS =
  "SELECT document_id, chunk_id, text, position::int, unit_id FROM memory_units ORDER BY position";
const MENTIONS =
  "SELECT canonical_name AS name, mention_count AS count FROM entities ORDER BY canonical_name";

describe("with the offline model", () => {
  test("prose becomes dated facts with entities, in order", async () => {
    const { database } = await createTestDatabase();
    const content = "Maya: I moved to Lisbon last Friday.\nBen: Wow!\nMaya: My sister Ines works at Siemens.";
    const result = await retain(
      testContext(database),
      ADDRESS,
      [item(content, { documentId: "d_1", context: "chat", metadata: { source: "test" }, tags: ["t"] })],
      { settings: SETTINGS },
    );
    expect(documentIds(result)).toEqual(["d_1"]);
    const units = await rows(
      database,
      `SELECT unit_id, text, context, chunk_id, tags, metadata, fact_type, occurred_start, mentioned_at, event_date FROM memory_units ORDER BY position`,
    );
    expect(units).toMatchObject([
      {
        unit_id: unitIds(result)[0],
        text: "Maya moved to Lisbon last Friday. | When: June 9, 2023 | Involving: Maya",
        context: "chat",
        chunk_id: "my~5Fbank_d~5F1_0",
        tags: ["t"],
        metadata: { source: "test" },
        fact_type: "world",
        occurred_start: new Date("2023-06-08T22:00:00Z"),
        event_date: new Date("2023-06-08T22:00:00Z"),
        mentioned_at: new Date("2023-06-14T08:00:00Z"),
      },
      {
        unit_id: unitIds(result)[1],
        text: "Maya's sister Ines works at Siemens. | Involving: Maya",
        occurred_start: null,
        event_date: new Date("2023-06-14T08:00:00.010Z"),
      },
    ]);
    expect(await rows(database, MENTIONS)).toEqual([
      { name: "Ines", count: 1 },
      { name: "Lisbon", count: 1 },
      { name: "Maya", count: 2 },
      { name: "Siemens", count: 1 },
    ]);
  });

  test("the same items give the same rows in another database", async () => {
    const items = [item("Maya moved to Lisbon. Ben stayed in Rome."), item("Ines joined Siemens in 2019.")];
    const dumps = [];
    for (let run = 0; run < 2; run += 1) {
      const { database } = await createTestDatabase();
      await retain(testContext(database), ADDRESS, items, { settings: SETTINGS });
      dumps.push([
        await rows(database, "SELECT * FROM memory_units ORDER BY position"),
        await rows(database, "SELECT * FROM documents"),
        await rows(database, "SELECT * FROM entities ORDER BY entity_id"),
      ]);
    }
    expect(dumps[0]).toEqual(dumps[1]);
  });
});

describe("documents", () => {
  async function stored(items: RetainItem[], settings = SETTINGS) {
    const { database } = await createTestDatabase();
    const result = await retain(testContext(database, { llm: model() }), ADDRESS, items, { settings });
    return { database, result };
  }

  test("items without ids make one document", async () => {
    const { database, result } = await stored([
      item("one", { tags: ["a"] }),
      item("two", { tags: ["b", "a"] }),
    ]);
    expect(documentIds(result)).toHaveLength(1);
    expect(await rows(database, "SELECT original_text, text_length, tags FROM documents")).toEqual([
      { original_text: "one\ntwo", text_length: 7, tags: ["a", "b"] },
    ]);
    expect(await rows(database, "SELECT chunk_index, chunk_text FROM chunks ORDER BY chunk_index")).toEqual([
      { chunk_index: 0, chunk_text: "one" },
      { chunk_index: 1, chunk_text: "two" },
    ]);
  });

  test("among items with ids, each one without is a document", async () => {
    const { result } = await stored([item("one"), item("two", { documentId: "d" }), item("one")]);
    expect(new Set(documentIds(result)).size).toBe(3);
    expect(documentIds(result)[1]).toBe("d");
  });

  test("items of one id are folded", async () => {
    const { database, result } = await stored([
      item("one", { documentId: "d" }),
      item("other", { documentId: "e" }),
      item("two", { documentId: "d" }),
    ]);
    expect(documentIds(result)).toEqual(["d", "e"]);
    expect(await rows(database, "SELECT original_text FROM documents ORDER BY document_id")).toEqual([
      { original_text: "one\ntwo" },
      { original_text: "other" },
    ]);
  });

  test("keep the first item's parameters, with the sender's offset", async () => {
    const { database } = await stored([
      item("one", {
        context: "c",
        metadata: { k: "v" },
        entities: [{ text: "Ann", type: "PERSON" }],
        observationScopes: "per_tag",
      }),
      item("two", { context: "other" }),
    ]);
    expect(
      await rows(database, "SELECT retain_params, document_metadata, observation_scopes FROM documents"),
    ).toEqual([
      {
        retain_params: {
          event_date: "2023-06-14T10:00:00+02:00",
          context: "c",
          metadata: { k: "v" },
          entities: [{ text: "Ann", type: "PERSON" }],
          resolve_entities: true,
          observation_scopes: "per_tag",
        },
        document_metadata: { k: "v" },
        observation_scopes: "per_tag",
      },
    ]);
  });

  test("a missing date is now, and an unset one is none", async () => {
    const { database } = await stored([
      item("one", { documentId: "absent", timestamp: { kind: "absent" } }),
      item("two", { documentId: "unset", timestamp: { kind: "unset" } }),
    ]);
    const dated = "SELECT document_id, mentioned_at, event_date FROM memory_units ORDER BY document_id";
    const now = new FixedClock().now();
    expect(await rows(database, dated)).toEqual([
      { document_id: "absent", mentioned_at: now, event_date: now },
      { document_id: "unset", mentioned_at: null, event_date: null },
    ]);
    const params = await rows(database, "SELECT retain_params FROM documents ORDER BY document_id");
    expect(params).toEqual([{ retain_params: null }, { retain_params: { event_date: null } }]);
  });

  test("without their text when the bank keeps none; its hash stays", async () => {
    const settings = { ...SETTINGS, storeDocumentText: false };
    const { database } = await stored([item("one", { documentId: "d" })], settings);
    expect(
      await rows(database, "SELECT original_text, text_length, length(content_hash) AS hash FROM documents"),
    ).toEqual([{ original_text: null, text_length: 0, hash: 64 }]);
    expect(await rows(database, "SELECT chunk_text, length(content_hash) AS hash FROM chunks")).toEqual([
      { chunk_text: "", hash: 64 },
    ]);
  });

  test("without chunks when no facts were found; with them when the facts said nothing", async () => {
    const { database } = await createTestDatabase();
    const llm = model((text) => ({ facts: text === "dots" ? [{ what: "..." }] : [] }));
    await retain(
      testContext(database, { llm }),
      ADDRESS,
      [item("none", { documentId: "none" }), item("dots", { documentId: "dots" })],
      { settings: SETTINGS },
    );
    expect(await rows(database, "SELECT document_id FROM documents ORDER BY 1")).toHaveLength(2);
    expect(await rows(database, "SELECT document_id FROM chunks")).toEqual([{ document_id: "dots" }]);
    expect(await rows(database, FACTS)).toEqual([]);
  });
});

describe("writing a document again", () => {
  test("replaces its chunks, facts and mentions, and keeps when it was created", async () => {
    const { database } = await createTestDatabase();
    const names: Record<string, string[]> = { old: ["Ann", "Rome"], new: ["ann", "Oslo"] };
    const llm = model((text) => ({ facts: [{ what: text, entities: names[text] }] }));
    const first = new FixedClock("2025-01-01T00:00:00Z");
    const second = new FixedClock("2025-02-01T00:00:00Z");
    const before = await retain(
      testContext(database, { llm, clock: first }),
      ADDRESS,
      [item("old", { documentId: "d" })],
      {
        settings: SETTINGS,
      },
    );
    const after = await retain(
      testContext(database, { llm, clock: second }),
      ADDRESS,
      [item("new", { documentId: "d" })],
      {
        settings: SETTINGS,
      },
    );
    expect(unitIds(after)).not.toEqual(unitIds(before));
    expect(await rows(database, FACTS)).toMatchObject([{ text: "new", unit_id: unitIds(after)[0] }]);
    expect(await rows(database, "SELECT chunk_text FROM chunks")).toEqual([{ chunk_text: "new" }]);
    expect(
      await rows(database, "SELECT original_text, revision::int, created_at, updated_at FROM documents"),
    ).toEqual([{ original_text: "new", revision: 2, created_at: first.now(), updated_at: second.now() }]);
    expect(await rows(database, MENTIONS)).toEqual([
      { name: "Ann", count: 1 },
      { name: "Oslo", count: 1 },
      // It goes with the upkeep of the graph.
      { name: "Rome", count: 0 },
    ]);
  });

  test("leaves other documents' facts alone", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    await retain(context, ADDRESS, [item("one", { documentId: "d" }), item("two", { documentId: "e" })], {
      settings: SETTINGS,
    });
    await retain(context, ADDRESS, [item("three", { documentId: "d" })], { settings: SETTINGS });
    expect((await rows<{ text: string }>(database, FACTS)).map((row) => row.text)).toEqual(["two", "three"]);
  });

  test("a text without an id is stored anew each time", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    const ids = new Set<string | undefined>();
    for (let run = 0; run < 7; run += 1) {
      const result = await retain(context, ADDRESS, [item("same")], { settings: SETTINGS });
      ids.add(documentIds(result)[0]);
    }
    expect(ids.size).toBe(7);
  });

  test("an operation that runs again replaces what it stored", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    const options = { settings: SETTINGS, operationId: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" };
    const first = await retain(context, ADDRESS, [item("same")], options);
    const second = await retain(context, ADDRESS, [item("same")], options);
    expect(documentIds(second)).toEqual(documentIds(first));
    expect(await rows(database, FACTS)).toHaveLength(1);
  });
});

describe("append", () => {
  const append = { documentId: "d", updateMode: "append" } as const;

  test("adds to the text; the stored part keeps its own date and context", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    await retain(context, ADDRESS, [item("old", { ...append, context: "first" })], { settings: SETTINGS });
    const later = { kind: "at", instant: new Date("2023-07-01T00:00:00Z"), offsetMinutes: 0 } as const;
    await retain(context, ADDRESS, [item("new", { ...append, timestamp: later, tags: ["t"] })], {
      settings: SETTINGS,
    });
    expect(await rows(database, "SELECT original_text, tags FROM documents")).toEqual([
      { original_text: "old\nnew", tags: ["t"] },
    ]);
    expect(
      await rows(database, "SELECT text, context, mentioned_at, tags FROM memory_units ORDER BY position"),
    ).toEqual([
      { text: "old", context: "first", mentioned_at: new Date("2023-06-14T08:00:00Z"), tags: ["t"] },
      { text: "new", context: "", mentioned_at: later.instant, tags: ["t"] },
    ]);
  });

  test("makes one conversation of two in JSON", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    await retain(context, ADDRESS, [item('[{"text":"a"}]', append)], { settings: SETTINGS });
    await retain(context, ADDRESS, [item('[{"text":"b"}]', append)], { settings: SETTINGS });
    expect(await rows(database, "SELECT original_text FROM documents")).toEqual([
      { original_text: '[{"text": "a"}, {"text": "b"}]' },
    ]);
    expect(await rows(database, "SELECT chunk_index FROM chunks")).toHaveLength(1);
  });

  test("loses nothing when two append at once", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    await retain(context, ADDRESS, [item("start", append)], { settings: SETTINGS });
    await Promise.all(
      ["left", "right"].map((text) => retain(context, ADDRESS, [item(text, append)], { settings: SETTINGS })),
    );
    const [document] = await rows<{ original_text: string }>(database, "SELECT original_text FROM documents");
    expect(document?.original_text.split("\n").sort()).toEqual(["left", "right", "start"]);
  });
});

describe("entities", () => {
  test("the caller's go with every fact; names are one in any case", async () => {
    const { database } = await createTestDatabase();
    const llm = model(() => ({
      facts: [
        { what: "a", entities: ["Ann  Lee", "ANN LEE", " "] },
        { what: "b", entities: ["ann lee", "x".repeat(513)] },
      ],
    }));
    const entities = [{ text: "Project X", type: "CONCEPT" }];
    await retain(testContext(database, { llm }), ADDRESS, [item("text", { entities })], {
      settings: SETTINGS,
    });
    expect(await rows(database, MENTIONS)).toEqual([
      { name: "Ann Lee", count: 2 },
      { name: "Project X", count: 2 },
    ]);
    // Keyword search finds the names as they were written, as often as they were.
    expect(await rows(database, "SELECT text_signals FROM memory_units ORDER BY position")).toEqual([
      { text_signals: "Ann  Lee ANN LEE" },
      { text_signals: `ann lee ${"x".repeat(513)}` },
    ]);
  });

  test("what Postgres folds into one name is one entity", async () => {
    const { database } = await createTestDatabase();
    const llm = model(() => ({
      facts: [
        { what: "a", entities: ["İzmir", "izmir", "i\u0307zmir", "STRASSE", "straße", "ΟΔΟΣ", "οδος"] },
      ],
    }));
    await retain(testContext(database, { llm }), ADDRESS, [item("text")], { settings: SETTINGS });
    const [count] = await rows<{ names: number; ids: number }>(
      database,
      "SELECT count(DISTINCT lower(canonical_name))::int AS names, count(*)::int AS ids FROM entities",
    );
    expect(count?.ids).toBe(count?.names);
  });

  test("remember when they were first and last seen", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, {
      llm: model(() => ({ facts: [{ what: "a", entities: ["Ann"] }] })),
    });
    for (const day of ["2023-05-02", "2023-05-01", "2023-05-03"]) {
      const timestamp = { kind: "at", instant: new Date(day), offsetMinutes: 0 } as const;
      await retain(context, ADDRESS, [item("text", { timestamp })], { settings: SETTINGS });
    }
    expect(await rows(database, "SELECT first_seen, last_seen FROM entities")).toEqual([
      { first_seen: new Date("2023-05-02"), last_seen: new Date("2023-05-03") },
    ]);
  });
});

describe("failures", () => {
  test("a chunk that fails keeps its document from being stored, and no other", async () => {
    const { database } = await createTestDatabase();
    const llm = model((text) =>
      text === "bad"
        ? new LlmError("status", "overloaded", { status: 503, retryable: true })
        : { facts: [{ what: text }] },
    );
    const items = [
      item("good", { documentId: "a" }),
      item("bad", { documentId: "b" }),
      item("good", { documentId: "c" }),
    ];
    const failed = retain(testContext(database, { llm }), ADDRESS, items, { settings: SETTINGS });
    await expect(failed).rejects.toMatchObject({
      name: "EngineError",
      kind: "llm_failed",
      message: "Fact extraction failed: 1/1 chunks failed. First failures: chunk 0: LlmError: overloaded",
    });
    expect(await rows(database, "SELECT document_id FROM documents ORDER BY 1")).toEqual([
      { document_id: "a" },
      { document_id: "c" },
    ]);
  });

  test("a key that is refused is told apart", async () => {
    const { database } = await createTestDatabase();
    const refused = new LlmError("status", "bad key", { status: 401, retryable: false });
    const failed = retain(testContext(database, { llm: model(() => refused) }), ADDRESS, [item("x")], {
      settings: SETTINGS,
    });
    await expect(failed).rejects.toMatchObject({
      message: "Fact extraction rejected by provider authentication: bad key",
      cause: refused,
    });
  });

  test("a write that fails leaves the document as it was", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    const d = { documentId: "d" };
    await retain(context, ADDRESS, [item("old", d)], { settings: SETTINGS });
    const before = await rows(database, "SELECT * FROM memory_units");
    await database.query("ALTER TABLE memory_units ADD CONSTRAINT refuse CHECK (text <> 'new')");
    await expect(retain(context, ADDRESS, [item("new", d)], { settings: SETTINGS })).rejects.toThrow(
      /refuse/,
    );
    expect(await rows(database, "SELECT * FROM memory_units")).toEqual(before);
    expect(await rows(database, "SELECT original_text, revision::int FROM documents")).toEqual([
      { original_text: "old", revision: 1 },
    ]);
  });

  test("an aborted retain stores nothing", async () => {
    const { database } = await createTestDatabase();
    const controller = new AbortController();
    const llm = model((text) => {
      controller.abort();
      return { facts: [{ what: text }] };
    });
    const options = { settings: SETTINGS, signal: controller.signal };
    await expect(retain(testContext(database, { llm }), ADDRESS, [item("x")], options)).rejects.toThrow(
      /abort/i,
    );
    expect(await rows(database, "SELECT document_id FROM documents")).toEqual([]);
  });
});

test("without a model, the chunks are the facts", async () => {
  const { database } = await createTestDatabase();
  const settings = { ...SETTINGS, retainChunkSize: 10 };
  const entities = [{ text: "Ann", type: "CONCEPT" }];
  const { usage } = await retain(
    testContext(database, { llm: null }),
    ADDRESS,
    [item("Ann came. Bo left.", { entities })],
    {
      settings,
    },
  );
  expect(usage).toEqual({ inputTokens: 0, outputTokens: 0, cachedTokens: 0, thoughtsTokens: 0 });
  const units = await rows(
    database,
    "SELECT text, fact_type, mentioned_at FROM memory_units ORDER BY position",
  );
  const mentioned_at = new Date("2023-06-14T08:00:00Z");
  expect(units).toEqual([
    { text: "Ann came", fact_type: "world", mentioned_at },
    { text: ". Bo left.", fact_type: "world", mentioned_at },
  ]);
  expect(await rows(database, MENTIONS)).toEqual([{ name: "Ann", count: 2 }]);
});

test("usage is summed over the chunks", async () => {
  const { database } = await createTestDatabase();
  const settings = { ...SETTINGS, retainChunkSize: 4 };
  const { usage } = await retain(testContext(database, { llm: model() }), ADDRESS, [item("aaa bbb ccc")], {
    settings,
  });
  expect(usage.inputTokens).toBe(30);
});

test("what Postgres cannot store is removed everywhere", async () => {
  const { database } = await createTestDatabase();
  const dirty = (text: string) => `${text}\0\ud800`;
  await retain(
    testContext(database, { llm: model() }),
    ADDRESS,
    [
      item(dirty("text 😀"), {
        documentId: dirty("d"),
        context: dirty("c"),
        metadata: { [dirty("k")]: dirty("v") },
        entities: [{ text: dirty("Ann"), type: dirty("T") }],
        tags: [dirty("t")],
        observationScopes: [[dirty("s")]],
      }),
    ],
    { settings: SETTINGS },
  );
  expect(
    await rows(database, "SELECT text, context, metadata, tags, observation_scopes FROM memory_units"),
  ).toEqual([
    { text: "text 😀", context: "c", metadata: { k: "v" }, tags: ["t"], observation_scopes: [["s"]] },
  ]);
  expect(await rows(database, "SELECT document_id, text_length FROM documents")).toEqual([
    { document_id: "d", text_length: 6 },
  ]);
});

test("no items: nothing happens, and no bank is made", async () => {
  const { database } = await createTestDatabase();
  const result = await retain(testContext(database), ADDRESS, [], { settings: SETTINGS });
  expect(result).toMatchObject({ documents: [] });
  expect(await findBank(database, ADDRESS)).toBeUndefined();
});

test("twenty retains at once: every fact once, positions and ids without gaps or repeats", async () => {
  const { database } = await createTestDatabase();
  const context = testContext(database);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      retain(
        context,
        ADDRESS,
        [
          item(`Person${index} lives in Lisbon. Ben met Person${index} in Rome.`, {
            documentId: `d${index}`,
          }),
        ],
        {
          settings: SETTINGS,
        },
      ),
    ),
  );
  const units = await rows<{ unit_id: string; position: number }>(database, FACTS);
  expect(units.map((unit) => unit.position)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  expect(new Set(units.map((unit) => unit.unit_id))).toEqual(
    new Set(results.flatMap((result) => unitIds(result))),
  );
  const mentions = await rows<{ name: string; count: number }>(database, MENTIONS);
  expect(mentions).toContainEqual({ name: "Lisbon", count: 20 });
  expect(mentions).toContainEqual({ name: "Ben", count: 20 });
  // The ids of a document's facts do not depend on who came first.
  const alone = await createTestDatabase();
  const again = await retain(
    testContext(alone.database),
    ADDRESS,
    [item("Person7 lives in Lisbon. Ben met Person7 in Rome.", { documentId: "d7" })],
    {
      settings: SETTINGS,
    },
  );
  expect(unitIds(again)).toEqual(results[7] && unitIds(results[7]));
});

test("a long text is stored in several statements, in order", async () => {
  const { database } = await createTestDatabase();
  const settings = { ...SETTINGS, retainChunkSize: 8, retainChunkBatchSize: 2_000 };
  const words = Array.from({ length: 1_100 }, (_, index) => `w${String(index).padStart(5, "0")}`);
  await retain(testContext(database, { llm: null }), ADDRESS, [item(words.join(" "))], { settings });
  const units = await rows<{ text: string }>(database, FACTS);
  expect(units.map((unit) => unit.text)).toEqual(words);
});
