import { expect, test } from "vitest";
import { VectorIndexCache } from "../../../src/store/vectors/vector-index-cache.ts";
import { createTestDatabase } from "../../support/database.ts";
import { seedMemories } from "../../support/memories.ts";

const DIMENSION = 384;

test("an index is loaded once for a revision, by however many ask for it", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database);
  const [first, second] = await Promise.all([
    cache.get({ bankKey, revision: "1" }, DIMENSION),
    cache.get({ bankKey, revision: "1" }, DIMENSION),
  ]);
  expect(second).toBe(first);
  expect(await cache.get({ bankKey, revision: "0" }, DIMENSION)).toBe(first);
  expect(await cache.get({ bankKey, revision: "2" }, DIMENSION)).not.toBe(first);
});

test("what was not used for longest goes when the cache is full", async () => {
  const { database } = await createTestDatabase();
  const banks = [];
  for (const bankId of ["a", "b", "c"]) banks.push(await seedMemories(database, bankId, [{ text: "one" }]));
  const [a, b, c] = banks.map(({ bankKey }) => ({ bankKey, revision: "1" }));
  if (!a || !b || !c) throw new Error("three banks were made");
  // Room for two indexes of one row.
  const cache = new VectorIndexCache(database, 2 * (DIMENSION * 4 + 300));
  const indexOfA = await cache.get(a, DIMENSION);
  const indexOfB = await cache.get(b, DIMENSION);
  expect(await cache.get(a, DIMENSION)).toBe(indexOfA);
  await cache.get(c, DIMENSION);
  expect(await cache.get(a, DIMENSION)).toBe(indexOfA);
  expect(await cache.get(b, DIMENSION)).not.toBe(indexOfB);
});

test("vectors of another dimension are refused, and the failure is not kept", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database);
  const bank = { bankKey, revision: "1" };
  await expect(cache.get(bank, 8)).rejects.toThrow(
    "a vector of 384 dimensions, the embedding provider makes 8",
  );
  expect((await cache.get(bank, DIMENSION)).bytes).toBeGreaterThan(DIMENSION * 4);
});

test("rows beyond a block are found", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  await database.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, embedding, created_at, updated_at)
     SELECT bank_key, gen_random_uuid(), 10 + n, fact_type, text, embedding, created_at, updated_at
     FROM memory_units, generate_series(1, 4500) AS n`,
  );
  const index = await new VectorIndexCache(database).get({ bankKey, revision: "1" }, DIMENSION);
  const vector = new Float32Array(DIMENSION).fill(0);
  const search = { vector, factTypes: ["world"], limit: 10_000, minSimilarity: -1 };
  expect(index.search(search)).toHaveLength(4501);
  expect(index.search({ ...search, limit: 5 })).toHaveLength(5);
});
