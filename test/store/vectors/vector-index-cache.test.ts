import { expect, test } from "vitest";
import { VectorIndexCache } from "../../../src/store/vectors/vector-index-cache.ts";
import { createTestDatabase } from "../../support/database.ts";
import { seedMemories } from "../../support/memories.ts";

const DIMENSION = 384;
const at = (bankKey: string, revision: number, rewritten = 0) => ({
  bankKey,
  revision: String(revision),
  rewrittenAtRevision: String(rewritten),
});

test("an index is loaded once for a revision, by however many ask for it", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database, DIMENSION);
  const [first, second] = await Promise.all([cache.get(at(bankKey, 1)), cache.get(at(bankKey, 1))]);
  expect(second).toBe(first);
  expect(await cache.get(at(bankKey, 0))).toBe(first);
});

test("a bank that grew adds to its index, one that was rewritten gets another", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database, DIMENSION);
  const index = await cache.get(at(bankKey, 1));
  const size = index.bytes;
  await seedMemories(database, "b", [{ text: "two", documentId: "d2" }]);
  expect(await cache.get(at(bankKey, 2))).toBe(index);
  expect(index.bytes).toBe(2 * size);
  await database.query("DELETE FROM memory_units WHERE text = 'one'");
  const rewritten = await cache.get(at(bankKey, 3, 3));
  expect(rewritten).not.toBe(index);
  expect(rewritten.bytes).toBe(size);
});

test("a write between the bank's revision and the load of its vectors is seen as a whole", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database, DIMENSION);
  const size = (await cache.get(at(bankKey, 1))).bytes;
  await seedMemories(database, "b", [{ text: "two", documentId: "d2" }]);
  await database.query(
    `WITH bank AS (UPDATE banks SET revision = 3, rewritten_at_revision = 3 WHERE bank_key = $1 RETURNING bank_key)
     UPDATE memory_units SET revision = 3 WHERE bank_key = $1 AND text = 'one'`,
    [bankKey],
  );
  const index = await cache.get(at(bankKey, 2));
  expect(index.bytes).toBe(2 * size);
  expect(await cache.get(at(bankKey, 3, 3))).toBe(index);
});

test("what was asked for last stays, also where it is larger than the cache", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database, DIMENSION, 1);
  expect(await cache.get(at(bankKey, 1))).toBe(await cache.get(at(bankKey, 1)));
});

test("what was not used for longest goes when the cache is full", async () => {
  const { database } = await createTestDatabase();
  const banks = [];
  for (const bankId of ["a", "b", "c"]) banks.push(await seedMemories(database, bankId, [{ text: "one" }]));
  const [a, b, c] = banks.map(({ bankKey }) => at(bankKey, 1));
  if (!a || !b || !c) throw new Error("three banks were made");
  // Room for two indexes of one row.
  const cache = new VectorIndexCache(database, DIMENSION, 2 * (DIMENSION * 4 + 300));
  const indexOfA = await cache.get(a);
  const indexOfB = await cache.get(b);
  expect(await cache.get(a)).toBe(indexOfA);
  await cache.get(c);
  expect(await cache.get(a)).toBe(indexOfA);
  expect(await cache.get(b)).not.toBe(indexOfB);
});

test("vectors of another dimension are refused, and the failure is not kept", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  const cache = new VectorIndexCache(database, 8);
  // More often than there are connections.
  for (let attempt = 0; attempt < 12; attempt++) {
    await expect(cache.get(at(bankKey, 1))).rejects.toThrow(
      "a vector of 384 dimensions, the embedding provider makes 8",
    );
  }
});

test("rows beyond a block are found", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [{ text: "one" }]);
  await database.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, revision, fact_type, text, embedding, created_at, updated_at)
     SELECT bank_key, gen_random_uuid(), 10 + n, 1, fact_type, text, embedding, created_at, updated_at
     FROM memory_units, generate_series(1, 4500) AS n`,
  );
  const index = await new VectorIndexCache(database, DIMENSION).get(at(bankKey, 1));
  const vector = new Float32Array(DIMENSION).fill(0);
  const search = { vector, factTypes: ["world" as const], limit: 10_000, minSimilarity: -1 };
  expect(await index.search(search)).toHaveLength(4501);
  expect(await index.search({ ...search, limit: 5 })).toHaveLength(5);
});
