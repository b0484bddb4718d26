import { expect, test } from "vitest";
import { offlineEmbedder } from "../../src/embedding/offline.ts";
import { findBank } from "../../src/store/banks.ts";
import {
  buildApproximateIndex,
  LARGE_BANK_UNITS,
  needsApproximateIndex,
} from "../../src/store/vectors/approximate-index.ts";
import { openVectors } from "../../src/store/vectors/open-vectors.ts";
import { PgVectors } from "../../src/store/vectors/pg-vectors.ts";
import { createTestDatabase } from "../support/database.ts";
import { seedMemories } from "../support/memories.ts";

const UNITS = 3_000;
const DIMENSION = offlineEmbedder.dimension;

const THINGS = [
  "ferry",
  "oats",
  "lighthouse",
  "quarry",
  "weaver",
  "bridge",
  "storm",
  "market",
  "otter",
  "chapel",
];
const PLACES = [
  "Lerwick",
  "Bergen",
  "Oban",
  "Kirkwall",
  "Stornoway",
  "Tromsø",
  "Esbjerg",
  "Ullapool",
  "Thurso",
  "Wick",
];

/** A large bank's worth of memories, and a small one beside it. */
async function largeBank() {
  const { database } = await createTestDatabase();
  const memories = Array.from({ length: UNITS }, (_, n) => ({
    text: `Note ${n}: the ${THINGS[n % 10]} of ${PLACES[Math.floor(n / 10) % 10]} was seen ${n % 97} times`,
    documentId: "log",
  }));
  const { bankKey } = await seedMemories(database, "large", memories);
  await seedMemories(database, "small", [{ text: "the ferry of Lerwick was seen 11 times" }]);
  const bank = await findBank(database, { sandboxId: "", bankId: "large" });
  if (!bank) throw new Error("the bank was seeded");
  const [vector = new Float32Array()] = await offlineEmbedder.embed(["When was the ferry of Lerwick seen?"]);
  const search = { vector, factTypes: ["world" as const], limit: 100, minSimilarity: 0.3 };
  return { database, bank, bankKey, search };
}

test("a large bank's vectors are put into an index, whose answers are nearly those of the exact search", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  const exact = new PgVectors(database, DIMENSION, { exact: true });
  const approximate = new PgVectors(database, DIMENSION, { exact: false });
  const wanted = await exact.search(bank, search);
  expect(wanted).toHaveLength(100);
  expect(await approximate.search(bank, search)).toEqual(wanted);

  expect(await needsApproximateIndex(database, bankKey, DIMENSION, UNITS)).toBe(true);
  await buildApproximateIndex(database, bankKey, DIMENSION);
  expect(await needsApproximateIndex(database, bankKey, DIMENSION, UNITS)).toBe(false);

  const found = new Set((await approximate.search(bank, search)).map(({ unitId }) => unitId));
  const kept = wanted.filter(({ unitId }) => found.has(unitId)).length;
  expect(kept).toBeGreaterThanOrEqual(95);
  // What the tests of a user see does not depend on the index.
  expect(await exact.search(bank, search)).toEqual(wanted);

  const { rows } = await database.query<{ scans: string }>(
    "SELECT idx_scan AS scans FROM pg_stat_user_indexes WHERE indexrelname = $1",
    [`memory_units_hnsw_${DIMENSION}`],
  );
  expect(rows).toHaveLength(1);
});

test("what is stored later is in the index as well", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  await buildApproximateIndex(database, bankKey, DIMENSION);
  await database.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, embedding, approximate, created_at, updated_at)
     SELECT bank_key, gen_random_uuid(), 1e6, 'world', 'late', $2::text::vector,
       (SELECT approximate FROM banks WHERE bank_key = $1), now(), now() FROM banks WHERE bank_key = $1`,
    [bankKey, `[${search.vector.join(",")}]`],
  );
  const [best] = await (await openVectors(database, DIMENSION, { exact: false })).search(bank, search);
  expect(best?.score).toBe(1);
});

test("a build that was broken off is begun again", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  const aborted = buildApproximateIndex(database, bankKey, DIMENSION, AbortSignal.abort(new Error("stop")));
  await expect(aborted).rejects.toThrow("stop");
  await buildApproximateIndex(database, bankKey, DIMENSION);
  await buildApproximateIndex(database, bankKey, DIMENSION);
  expect(await new PgVectors(database, DIMENSION, { exact: false }).search(bank, search)).toHaveLength(100);
});

test("small banks and long vectors are searched exactly", async () => {
  const { database, bankKey } = await largeBank();
  expect(UNITS).toBeLessThan(LARGE_BANK_UNITS);
  expect(await needsApproximateIndex(database, bankKey, DIMENSION)).toBe(false);
  expect(await needsApproximateIndex(database, bankKey, 3_072, UNITS)).toBe(false);
});
