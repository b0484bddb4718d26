import { beforeEach, describe, expect, inject, test } from "vitest";
import { findBank } from "../../../src/store/banks.ts";
import type { Database } from "../../../src/store/database.ts";
import { encodeVector, findVectorColumn } from "../../../src/store/vectors/vector-column.ts";
import type { VectorSearch } from "../../../src/store/vectors/vector-store.ts";
import { createTestDatabase } from "../../support/database.ts";
import { testVectors } from "../../support/engine-context.ts";
import { type SeedMemory, seedMemories } from "../../support/memories.ts";
import { wordEmbedder } from "../../support/word-embedder.ts";

/**
 * What every search of vectors must answer. Run by `npm test` on the embedded Postgres, where the server searches by itself, and
 * by `npm run test:containers` on one with pgvector: both are held to the figures below, which neither of them computes.
 */
const MEMORIES: SeedMemory[] = [
  { text: "The ferry to Lerwick sails at noon", tags: ["sea", "north"] },
  { text: "The ferry to Lerwick is late in winter", tags: ["sea"] },
  { text: "Oats grow on the southern fields", type: "experience" },
  { text: "Harvest of oats and barley", type: "experience", tags: ["land"] },
  { text: "The harbour keeps a ferry for storms", type: "observation" },
];

let database: Database;
let idOf: (text: string) => string;

/** The texts and similarities of a search's hits. */
async function search(query: string, changes: Partial<VectorSearch> = {}): Promise<[string, number][]> {
  const bank = await findBank(database, { sandboxId: "", bankId: "b" });
  const [vector] = await wordEmbedder.embed([query]);
  if (!bank || !vector) throw new Error("the bank was seeded");
  const hits = await testVectors(database, wordEmbedder.dimension).search(bank, {
    vector,
    factTypes: ["world", "experience", "observation"],
    limit: 10,
    minSimilarity: -1,
    ...changes,
  });
  const textOf = new Map(MEMORIES.map(({ text }) => [idOf(text), text]));
  return hits.map(({ unitId, score }) => [textOf.get(unitId) ?? unitId, score]);
}

/** The cosine of the angle between two texts' vectors. */
async function cosine(first: string, second: string): Promise<number> {
  const [a = new Float32Array(), b = new Float32Array()] = await wordEmbedder.embed([first, second]);
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

beforeEach(async () => {
  ({ database } = await createTestDatabase());
  ({ idOf } = await seedMemories(database, "b", MEMORIES));
});

test("the schema is the one that the run says it is", async () => {
  expect(await findVectorColumn(database)).toBe(inject("vectorColumn"));
});

describe("a search of vectors", () => {
  const query = "ferry to Lerwick";

  test("answers cosine similarities, best first within each type, in the order of the types", async () => {
    const hits = await search(query);
    const types = hits.map(([text]) => MEMORIES.find((memory) => memory.text === text)?.type ?? "world");
    expect(types).toEqual(["world", "world", "experience", "experience", "observation"]);
    for (const [text, score] of hits) expect(score).toBeCloseTo(await cosine(query, text), 5);
    const worlds = hits.slice(0, 2).map(([, score]) => score);
    expect(worlds).toEqual(worlds.toSorted((a, b) => b - a));
  });

  test("the order of types is the caller's, and only those are searched", async () => {
    const hits = await search(query, { factTypes: ["observation", "world"] });
    expect(hits.map(([text]) => text)[0]).toBe("The harbour keeps a ferry for storms");
    expect(hits).toHaveLength(3);
  });

  test("the limit counts for each type", async () => {
    expect(await search(query, { limit: 1 })).toHaveLength(3);
  });

  test("the floor is inclusive", async () => {
    const [best] = await search(query);
    const floor = best?.[1] ?? Number.NaN;
    expect((await search(query, { minSimilarity: floor })).map(([text]) => text)).toEqual([best?.[0]]);
    expect(await search(query, { minSimilarity: floor + 1e-6 })).toEqual([]);
  });

  test.each([
    ["any", ["sea"], 4],
    ["any_strict", ["sea"], 2],
    ["all_strict", ["sea", "north"], 1],
    ["exact", ["sea"], 1],
    ["exact", [], 2],
  ] as const)("tags: %s %j", async (match, tags, count) => {
    expect(await search(query, { tags: { tags: [...tags], match } })).toHaveLength(count);
  });

  test("equal vectors come in the order of their ids", async () => {
    const twin = MEMORIES[0]?.text ?? "";
    await database.query(
      `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, embedding, created_at, updated_at)
       SELECT bank_key, gen_random_uuid(), 100 - n, 'world', 'twin', embedding, created_at, updated_at
       FROM memory_units, generate_series(1, 20) AS n WHERE text = $1`,
      [twin],
    );
    await database.query("UPDATE banks SET revision = revision + 1, rewritten_at_revision = revision + 1");
    const twins = (await search(twin, { factTypes: ["world"], limit: 100 })).slice(0, 21);
    const ids = twins.map(([text]) => (MEMORIES.some((memory) => memory.text === text) ? idOf(text) : text));
    expect(new Set(twins.map(([, score]) => score)).size).toBe(1);
    expect(ids).toEqual(ids.toSorted());
    const few = await search(twin, { factTypes: ["world"], limit: 3 });
    expect(few).toEqual(twins.slice(0, 3));
  });

  test("another bank's vectors are not seen", async () => {
    await seedMemories(database, "other", [{ text: "The ferry to Lerwick is another bank's" }]);
    expect(await search(query)).toHaveLength(MEMORIES.length);
  });

  test("similarities are those of the units asked for, and of no others", async () => {
    const bank = await findBank(database, { sandboxId: "", bankId: "b" });
    const [vector] = await wordEmbedder.embed([query]);
    if (!bank || !vector) throw new Error("the bank was seeded");
    const [first = "", , , second = ""] = MEMORIES.map(({ text }) => text);
    const asked = [idOf(first), idOf(second), "00000000-0000-4000-8000-000000000000"];
    const similarities = await testVectors(database, wordEmbedder.dimension).similarities(
      bank,
      vector,
      asked,
    );
    expect(similarities.size).toBe(2);
    expect(similarities.get(idOf(first))).toBeCloseTo(await cosine(query, first), 5);
    expect(similarities.get(idOf(second))).toBeCloseTo(await cosine(query, second), 5);
  });

  test("a query of zeros finds every unit, without a similarity, in the order of their ids", async () => {
    const vector = new Float32Array(wordEmbedder.dimension);
    const hits = await search("", { vector, minSimilarity: 0.9 });
    expect(hits).toHaveLength(MEMORIES.length);
    expect(hits.every(([, score]) => Number.isNaN(score))).toBe(true);
    const worlds = hits.slice(0, 2).map(([text]) => idOf(text));
    expect(worlds).toEqual(worlds.toSorted());
    expect(await search("", { vector, limit: 1 })).toHaveLength(3);
  });

  test("a unit of zeros is found by every query, behind all others, and is near none", async () => {
    const [sea = "", winter = ""] = MEMORIES.map(({ text }) => text);
    await database.query(
      `UPDATE memory_units SET embedding = $2::text::${inject("vectorColumn")} WHERE unit_id = $1`,
      [idOf(sea), encodeVector(new Float32Array(wordEmbedder.dimension), inject("vectorColumn"))],
    );
    await database.query("UPDATE banks SET revision = revision + 1, rewritten_at_revision = revision + 1");
    const hits = await search(winter, { factTypes: ["world"] });
    expect(hits).toEqual([
      [winter, 1],
      [sea, Number.NaN],
    ]);
    expect(await search(winter, { factTypes: ["world"], minSimilarity: 1 })).toEqual(hits);
    expect(await search(winter, { factTypes: ["world"], limit: 1 })).toEqual([[winter, 1]]);

    const bank = await findBank(database, { sandboxId: "", bankId: "b" });
    const [vector] = await wordEmbedder.embed([winter]);
    if (!bank || !vector) throw new Error("the bank was seeded");
    const vectors = testVectors(database, wordEmbedder.dimension);
    const similarities = await vectors.similarities(bank, vector, [idOf(sea), idOf(winter)]);
    expect([similarities.get(idOf(sea)), similarities.get(idOf(winter))]).toEqual([Number.NaN, 1]);
    const near = {
      seeds: [sea, winter].map((text) => ({ unitId: idOf(text), beforePosition: null })),
      limit: 10,
      minSimilarity: -1,
    };
    expect(await vectors.neighbours(bank, near)).toEqual([
      { unitId: idOf(winter), neighbourId: idOf(winter), score: 1 },
    ]);
  });
});
