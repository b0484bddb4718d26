import { describe, expect, test } from "vitest";
import { FixedClock } from "../../../src/engine/clock.ts";
import { recall } from "../../../src/engine/recall/recall.ts";
import type { RecallAnswer, RecallRequest, TagsMatch } from "../../../src/engine/types.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";
import { type SeedMemory, seedMemories } from "../../support/memories.ts";
import { DEFAULT_RECALL_SETTINGS } from "../../support/recall-settings.ts";

const BANK = "harbour";
/** Higher than any similarity: what is found is found by keyword. */
const KEYWORD_ONLY = { semantic: 2 };

async function bankWith(memories: SeedMemory[]) {
  const { database } = await createTestDatabase();
  const seeded = await seedMemories(database, BANK, memories);
  const context = engineContext(database, { clock: new FixedClock("2023-07-01T00:00:00Z") });
  const ask = (query: string, request: Partial<RecallRequest> = {}, settings = DEFAULT_RECALL_SETTINGS) =>
    recall(
      context,
      { sandboxId: "", bankId: BANK },
      {
        query,
        types: ["world", "experience", "observation"],
        budget: "mid",
        maxTokens: 4096,
        includeEntities: true,
        tagsMatch: "any",
        minScores: {},
        ...request,
      },
      { settings },
    );
  return { ...seeded, database, context, ask };
}

const texts = (answer: RecallAnswer) => answer.results.map(({ text }) => text);

const HARBOUR: SeedMemory[] = [
  {
    text: "The ferry left the harbour at noon.",
    context: "captain's log",
    mentionedAt: "2023-05-01T10:00:00Z",
  },
  { text: "Fishermen repaired nets beside three old boats.", mentionedAt: "2023-05-02T10:00:00Z" },
  { text: "Fog, fog and more fog rolled over lighthouse rocks.", mentionedAt: "2023-05-03T10:00:00Z" },
  { text: "Running shoes were delivered to gate_seven on Tuesday.", mentionedAt: "2023-05-04T10:00:00Z" },
  { text: "Serial number AB-1234 belongs to engine X9.", mentionedAt: "2023-05-05T10:00:00Z" },
];
const [FERRY, NETS, FOG, SHOES, ENGINE] = HARBOUR.map(({ text }) => text);

describe("the keyword arm", () => {
  test("finds stems and counts positions", async () => {
    const { ask } = await bankWith(HARBOUR);
    const cases: [string, string | undefined, number | undefined][] = [
      ["fog", FOG, 0.30000001192092896],
      ["FOG! fogs?", FOG, 0.30000001192092896],
      ["foggy", undefined, undefined],
      ["repairing a net by the boat", NETS, 0.30000001192092896],
      ["captain's ferries", FERRY, 0.20000000298023224],
      ["gate_seven", SHOES, 0.10000000149011612],
      ["gate seven", SHOES, 0.20000000298023224],
      ["AB-1234", ENGINE, 0.10000000149011612],
      ["x9 engines", ENGINE, 0.20000000298023224],
      ["the and of to", undefined, undefined],
    ];
    for (const [query, text, keyword] of cases) {
      const { results } = await ask(query, { minScores: KEYWORD_ONLY });
      expect([query, results[0]?.text, results[0]?.scores.keyword]).toEqual([query, text, keyword]);
      expect(results.length).toBe(text === undefined ? 0 : 1);
    }
  });

  test("ranks by score, and scores by rank and date", async () => {
    const { ask } = await bankWith(HARBOUR);
    const { results } = await ask("harbour & !fog | (lighthouse)", { minScores: KEYWORD_ONLY });
    expect(results.map(({ text, scores }) => [text, scores.keyword])).toEqual([
      [FOG, 0.4000000059604645],
      [FERRY, 0.10000000149011612],
    ]);
    expect(results[1]?.scores).toEqual({
      final: 0.10668036529680362,
      reranker: null,
      semantic: null,
      keyword: 0.10000000149011612,
    });
  });

  test("asks for 16 words at most, stop words first to go", async () => {
    const { ask } = await bankWith(HARBOUR);
    const nonsense =
      "blorp fnord quux zorb wibble plugh xyzzy frob gronk splat snark boojum jabber bandersnatch tove";
    const find = async (query: string) => texts(await ask(query, { minScores: KEYWORD_ONLY }));
    expect(await find(`${nonsense} ferry`)).toEqual([FERRY]);
    expect(await find(`${nonsense} the and of ferry`)).toEqual([FERRY]);
    expect(await find(`${nonsense} mimsy ferry`)).toEqual([]);
  });

  test("has a floor, and can be switched off", async () => {
    const { ask } = await bankWith(HARBOUR);
    expect(texts(await ask("fog ferry", { minScores: { ...KEYWORD_ONLY, keyword: 0.25 } }))).toEqual([FOG]);
    expect(texts(await ask("fog ferry", { minScores: { ...KEYWORD_ONLY, keyword: 0.31 } }))).toEqual([]);
    const off = { ...DEFAULT_RECALL_SETTINGS, enableTextSearch: false };
    expect(texts(await ask("fog", { minScores: KEYWORD_ONLY }, off))).toEqual([]);
  });
});

describe("the semantic arm", () => {
  test("keeps a similarity of 0.3 or the request's own floor, which prunes this arm only", async () => {
    const { ask } = await bankWith(HARBOUR);
    const settings = { ...DEFAULT_RECALL_SETTINGS, enableTextSearch: false };
    const found = await ask(ENGINE ?? "", { minScores: { semantic: -1 } }, settings);
    expect(found.results).toHaveLength(HARBOUR.length);
    const similarities = found.results.map(({ scores }) => scores.semantic ?? Number.NaN);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    expect(similarities[0]).toBeCloseTo(1, 6);
    const kept = similarities.filter((similarity) => similarity >= 0.3).length;
    expect((await ask(ENGINE ?? "", {}, settings)).results).toHaveLength(kept);
    const both = await ask("fog", { minScores: { semantic: 0.99 } });
    expect(both.results[0]?.scores).toMatchObject({ semantic: null, keyword: 0.30000001192092896 });
  });

  test("sees what was written since the last search, and not what was removed", async () => {
    const { ask, database, bankKey } = await bankWith(HARBOUR);
    const semantic = { ...DEFAULT_RECALL_SETTINGS, enableTextSearch: false };
    const newer = "The harbour master rang the fog bell.";
    expect(texts(await ask(newer, { minScores: { semantic: 0.9 } }, semantic))).toEqual([]);
    await seedMemories(database, BANK, [{ text: newer }]);
    expect(texts(await ask(newer, { minScores: { semantic: 0.9 } }, semantic))).toEqual([newer]);
    await database.query("DELETE FROM memory_units WHERE bank_key = $1 AND text = $2", [bankKey, newer]);
    // Nothing moved the revision: the index is old, and the row is gone all the same.
    expect(texts(await ask(newer, { minScores: { semantic: 0.9 } }, semantic))).toEqual([]);
  });
});

describe("order", () => {
  const SAME: SeedMemory[] = [
    { text: "A gull cried.", type: "experience" },
    { text: "The gull cried.", type: "world" },
    { text: "Gulls cry.", type: "world" },
  ];

  /** The two facts of the world, as their ids order them. */
  const worlds = (idOf: (text: string) => string) =>
    ["The gull cried.", "Gulls cry."].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

  test("a tie in an arm follows the order of types, then the ids", async () => {
    const { ask, idOf } = await bankWith(SAME);
    const find = async (types: RecallRequest["types"]) =>
      texts(await ask("gull", { types, minScores: KEYWORD_ONLY }));
    expect(await find(["world", "experience"])).toEqual([...worlds(idOf), "A gull cried."]);
    expect(await find(["experience", "world", "experience"])).toEqual(["A gull cried.", ...worlds(idOf)]);
    expect(await find(["world"])).toEqual(worlds(idOf));
  });

  test("the breadth limits each type in an arm", async () => {
    const { ask, idOf } = await bankWith(SAME);
    const narrow = { ...DEFAULT_RECALL_SETTINGS, budgetFixed: { low: 1, mid: 1, high: 1 } };
    const answer = await ask("gull", { types: ["world", "experience"], minScores: KEYWORD_ONLY }, narrow);
    expect(texts(answer)).toEqual([worlds(idOf)[0], "A gull cried."]);
  });

  test("what is left of a floor on the scores", async () => {
    const { ask, idOf } = await bankWith(SAME);
    const find = async (minScores: RecallRequest["minScores"]) =>
      texts(
        await ask("gull", { types: ["world", "experience"], minScores: { ...KEYWORD_ONLY, ...minScores } }),
      );
    // The last base is 0.09999999999999998.
    expect(await find({ reranker: 0.1 })).toEqual(worlds(idOf));
    expect(await find({ final: 0.99 })).toEqual(worlds(idOf).slice(0, 1));
    expect(await find({ final: 1.01 })).toEqual([]);
  });
});

describe("tags", () => {
  const TAGGED: SeedMemory[] = [
    { text: "untagged gull" },
    { text: "a gull", tags: ["a"] },
    { text: "b gull", tags: ["b"] },
    { text: "ab gull", tags: ["a", "b"] },
    { text: "abc gull", tags: ["a", "b", "c"] },
  ];
  const cases: [TagsMatch, string[] | undefined, string[]][] = [
    ["any", undefined, ["untagged", "a", "b", "ab", "abc"]],
    ["any", [], ["untagged", "a", "b", "ab", "abc"]],
    ["any", ["a"], ["untagged", "a", "ab", "abc"]],
    ["any", ["a", "b"], ["untagged", "a", "b", "ab", "abc"]],
    ["all", ["a", "b"], ["untagged", "ab", "abc"]],
    ["any_strict", ["a", "b"], ["a", "b", "ab", "abc"]],
    ["any_strict", [], ["untagged", "a", "b", "ab", "abc"]],
    ["all_strict", ["a", "b"], ["ab", "abc"]],
    ["exact", ["b", "a"], ["ab"]],
    ["exact", [], ["untagged"]],
    ["exact", undefined, ["untagged"]],
    ["any_strict", ["A"], []],
    ["any_strict", ["aa"], []],
  ];

  test("filter both arms by the five rules", async () => {
    const { ask } = await bankWith(TAGGED);
    for (const [tagsMatch, tags, expected] of cases) {
      const request = { tagsMatch, ...(tags && { tags }) };
      const byKeyword = texts(await ask("gull", { ...request, minScores: KEYWORD_ONLY }));
      const off = { ...DEFAULT_RECALL_SETTINGS, enableTextSearch: false };
      const byMeaning = texts(await ask("gull", { ...request, minScores: { semantic: -1 } }, off));
      const wanted = expected.map((name) => `${name} gull`);
      expect([tagsMatch, tags, byKeyword.toSorted()]).toEqual([tagsMatch, tags, wanted.toSorted()]);
      expect([tagsMatch, tags, byMeaning.toSorted()]).toEqual([tagsMatch, tags, wanted.toSorted()]);
    }
  });
});

describe("the answer", () => {
  test("has every field of a fact", async () => {
    const { ask, idOf } = await bankWith([
      {
        text: "Ines built an oak table",
        documentId: "letter",
        context: "workshop diary",
        tags: ["craft"],
        metadata: { source: "mail" },
        entities: ["oak table", "Ines"],
        occurredStart: "2023-03-10T00:00:00Z",
        occurredEnd: "2023-03-12T00:00:00Z",
        mentionedAt: "2023-06-01T10:00:00Z",
      },
    ]);
    const answer = await ask("oak table", { minScores: KEYWORD_ONLY });
    expect(answer.results).toEqual([
      {
        id: idOf("Ines built an oak table"),
        text: "Ines built an oak table",
        type: "world",
        entities: ["Ines", "oak table"],
        context: "workshop diary",
        occurredStart: new Date("2023-03-10T00:00:00Z"),
        occurredEnd: new Date("2023-03-12T00:00:00Z"),
        mentionedAt: new Date("2023-06-01T10:00:00Z"),
        documentId: "letter",
        metadata: { source: "mail" },
        chunkId: "harbour_letter_0",
        tags: ["craft"],
        sourceFactIds: null,
        scores: { final: 1.0380821917808218, reranker: null, semantic: null, keyword: 0.20000000298023224 },
      },
    ]);
    expect([...(answer.entities?.keys() ?? [])]).toEqual(["Ines", "oak table"]);
    expect(answer.chunks).toBeNull();
    const without = await ask("oak table", { includeEntities: false });
    expect(without.entities).toBeNull();
    expect(without.results[0]?.entities).toBeNull();
  });

  test("an observation carries its sources' entities, stands for their chunks, and has no context", async () => {
    const { ask } = await bankWith([
      { text: "Ann sails the Argo", documentId: "d1", entities: ["Ann", "Argo"] },
      { text: "Ann reefs the sail", documentId: "d2", entities: ["Ann"] },
      {
        text: "Ann is a skipper",
        type: "observation",
        sources: ["Ann sails the Argo", "Ann reefs the sail"],
        proofCount: 2,
      },
    ]);
    const answer = await ask("skipper", {
      types: ["observation"],
      minScores: KEYWORD_ONLY,
      includeChunks: { maxTokens: 100 },
    });
    expect(answer.results[0]).toMatchObject({ context: null, entities: ["Ann", "Argo"], documentId: null });
    expect([...(answer.chunks?.keys() ?? [])]).toEqual(["harbour_d1_0", "harbour_d2_0"]);
  });

  test("chunks have a budget of their own, and their documents' tags", async () => {
    const { ask } = await bankWith([
      { text: "A gull flew by the mole.", tags: ["a"], documentTags: ["b"], documentId: "d1" },
      {
        text: "Another gull, a gull.",
        tags: ["a"],
        documentId: "d2",
        chunkText: "Another gull. And a tern.",
      },
    ]);
    const request = { minScores: KEYWORD_ONLY, maxTokens: 0, includeChunks: { maxTokens: 8192 } };
    const all = await ask("gull", request);
    expect(all.results).toEqual([]);
    expect([...(all.chunks?.values() ?? [])]).toEqual([
      { id: "harbour_d2_0", text: "Another gull. And a tern.", chunkIndex: 0, truncated: false },
      { id: "harbour_d1_0", text: "A gull flew by the mole.", chunkIndex: 0, truncated: false },
    ]);
    const tagged = await ask("gull", { ...request, tags: ["a"], tagsMatch: "any_strict" });
    expect([...(tagged.chunks?.keys() ?? [])]).toEqual(["harbour_d2_0"]);
  });

  test("a bank that is not there is refused; asking for no type is answered before that", async () => {
    const { context } = await bankWith([]);
    const request: RecallRequest = {
      query: "x",
      types: ["world"],
      budget: "low",
      maxTokens: 100,
      includeEntities: true,
      tagsMatch: "any",
      minScores: {},
    };
    const missing = { sandboxId: "", bankId: "nowhere" };
    await expect(recall(context, missing, request)).rejects.toMatchObject({
      kind: "bank_not_found",
      message: "Bank 'nowhere' not found",
    });
    expect(await recall(context, missing, { ...request, types: [] })).toEqual({
      results: [],
      entities: null,
      chunks: null,
      sourceFacts: null,
      trace: null,
    });
  });
});
