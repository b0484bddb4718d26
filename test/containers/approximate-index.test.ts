import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { offlineEmbedder } from "../../src/embedding/offline.ts";
import { derivedUuid } from "../../src/engine/ids.ts";
import { IndexUpkeep } from "../../src/engine/index-upkeep.ts";
import { beginBankWrite, findBank } from "../../src/store/banks.ts";
import { Database } from "../../src/store/database.ts";
import { insertUnits } from "../../src/store/memory-units.ts";
import { keepApproximateIndex } from "../../src/store/vectors/approximate-index.ts";
import { PgVectors } from "../../src/store/vectors/pg-vectors.ts";
import { createTestDatabase } from "../support/database.ts";
import { engineContext } from "../support/engine-context.ts";
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
  const { database, url } = await createTestDatabase();
  const texts = Array.from(
    { length: UNITS },
    (_, n) =>
      `Note ${n}: the ${THINGS[n % 10]} of ${PLACES[Math.floor(n / 10) % 10]} was seen ${n % 97} times`,
  );
  const { bankKey } = await seedMemories(database, "large", [{ text: "the log begins", documentId: "log" }]);
  const vectors = await offlineEmbedder.embed(texts);
  const now = new Date("2023-07-01T00:00:00Z");
  await database.transaction(async (tx) => {
    const { firstPosition } = await beginBankWrite(tx, bankKey, UNITS);
    const units = texts.map((text, n) => ({
      unitId: derivedUuid("large", "unit", text),
      documentId: "log",
      chunkIndex: 0,
      chunkId: "large_log_0",
      factType: "world" as const,
      text,
      context: "",
      eventDate: null,
      occurredStart: null,
      occurredEnd: null,
      mentionedAt: null,
      tags: [],
      metadata: {},
      observationScopes: null,
      attachmentIds: [],
      textSignals: "",
      embedding: vectors[n] ?? new Float32Array(),
    }));
    await insertUnits(tx, bankKey, units, firstPosition, now, "vector");
  });
  await seedMemories(database, "small", [{ text: "the ferry of Lerwick was seen 11 times" }]);
  const bank = await findBank(database, { sandboxId: "", bankId: "large" });
  if (!bank) throw new Error("the bank was seeded");
  const [vector = new Float32Array()] = await offlineEmbedder.embed(["When was the ferry of Lerwick seen?"]);
  const search = { vector, factTypes: ["world" as const], limit: 100, minSimilarity: 0.3 };
  return { database, url, bank, bankKey, search };
}

const LARGE = { largeBankUnits: UNITS };
const INDEX = `memory_units_hnsw_${DIMENSION}`;

async function findIndex(database: Database): Promise<{ valid: boolean } | undefined> {
  const { rows } = await database.query<{ valid: boolean }>(
    "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
    [INDEX],
  );
  return rows[0];
}

/** Waits until the index is there, and whole or not. */
async function untilIndex(database: Database, valid: boolean): Promise<void> {
  while ((await findIndex(database))?.valid !== valid) await delay(20);
}

/** How often the index was used. Connections tell at the end of a transaction; the pool hands out the one used last. */
async function countScans(database: Database): Promise<number> {
  await database.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await database.query<{ scans: string }>(
    "SELECT idx_scan AS scans FROM pg_stat_user_indexes WHERE indexrelname = $1",
    [INDEX],
  );
  return Number(rows[0]?.scans);
}

test("a large bank's vectors are put into an index, which searches use, and which finds nearly what the exact search does", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  const exact = new PgVectors(database, DIMENSION, { exact: true });
  const approximate = new PgVectors(database, DIMENSION, { exact: false });
  const wanted = await exact.search(bank, search);
  expect(wanted).toHaveLength(100);
  expect(await approximate.search(bank, search)).toEqual(wanted);

  expect(await keepApproximateIndex(database, DIMENSION, LARGE)).toEqual([bankKey]);
  expect(await keepApproximateIndex(database, DIMENSION, LARGE)).toEqual([]);

  expect(await countScans(database)).toBe(0);
  const found = new Set((await approximate.search(bank, search)).map(({ unitId }) => unitId));
  expect(wanted.filter(({ unitId }) => found.has(unitId)).length).toBeGreaterThanOrEqual(95);
  expect(await countScans(database)).toBe(1);
  // What the tests of a user see does not depend on the index.
  expect(await exact.search(bank, search)).toEqual(wanted);
  expect(await countScans(database)).toBe(1);
});

test("what the index does not reach is searched exactly: a rare type, rare tags, a window, zeros, more than is walked", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  await keepApproximateIndex(database, DIMENSION, LARGE);
  await database.query(
    "UPDATE memory_units SET tags = '{rare}' WHERE bank_key = $1 AND position IN (1, 999, 2999)",
    [bankKey],
  );
  await seedMemories(database, "large", [{ text: "Nobody saw a ferry", type: "observation" }]);
  const exact = new PgVectors(database, DIMENSION, { exact: true });
  const approximate = new PgVectors(database, DIMENSION, { exact: false });
  const window = { start: new Date("2020-01-01"), end: new Date("2021-01-01") };
  for (const changes of [
    { factTypes: ["observation" as const, "experience" as const] },
    { minSimilarity: -1, tags: { tags: ["rare"], match: "any_strict" as const } },
    { window },
    { vector: new Float32Array(DIMENSION) },
    { minSimilarity: -1, limit: 10_000 },
  ]) {
    const wanted = await exact.search(bank, { ...search, ...changes });
    expect(await approximate.search(bank, { ...search, ...changes })).toEqual(wanted);
  }
});

test("neighbours are found by the index as well", async () => {
  const { database, bank, search } = await largeBank();
  await keepApproximateIndex(database, DIMENSION, LARGE);
  const exact = new PgVectors(database, DIMENSION, { exact: true });
  const unitIds = (await exact.search(bank, { ...search, limit: 5 })).map(({ unitId }) => unitId);
  const near = {
    seeds: unitIds.map((unitId) => ({ unitId, beforePosition: null })),
    limit: 20,
    minSimilarity: 0.5,
  };
  const wanted = await exact.neighbours(bank, near);
  const before = await countScans(database);
  const found = await new PgVectors(database, DIMENSION, { exact: false }).neighbours(bank, near);
  expect(await countScans(database)).toBeGreaterThan(before);
  const pairs = new Set(found.map(({ unitId, neighbourId }) => unitId + neighbourId));
  const kept = wanted.filter(({ unitId, neighbourId }) => pairs.has(unitId + neighbourId)).length;
  expect(kept).toBeGreaterThanOrEqual(0.95 * wanted.length);
  expect([...new Set(found.map(({ unitId }) => unitId))]).toEqual(unitIds);
});

test("what is stored later is in the index as well", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  await keepApproximateIndex(database, DIMENSION, LARGE);
  await database.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, embedding, approximate, created_at, updated_at)
     SELECT bank_key, gen_random_uuid(), 1e6, 'world', 'late', $2::text::vector, approximate, now(), now()
     FROM banks WHERE bank_key = $1`,
    [bankKey, `[${search.vector.join(",")}]`],
  );
  const vectors = new PgVectors(database, DIMENSION, { exact: false });
  const [best] = await vectors.search(bank, { ...search, limit: 10 });
  expect(best?.score).toBe(1);
});

test("of two servers one makes the index; nobody waits for it, and it goes when the last large bank is gone", async () => {
  const { database, url, bankKey } = await largeBank();
  const other = new Database(url, { onError: () => {} });
  onTestFinished(() => other.close());
  // A writer that is not done: the index has to wait for it.
  const writer = await database.connect();
  await writer.query("BEGIN");
  await writer.query("UPDATE memory_units SET text = text WHERE text LIKE 'the ferry%'");
  const first = keepApproximateIndex(database, DIMENSION, LARGE);
  await untilIndex(database, false);
  expect(await keepApproximateIndex(other, DIMENSION, LARGE)).toEqual([]);
  // Meanwhile the bank is written.
  await seedMemories(database, "large", [{ text: "Written while the index is made" }]);
  await writer.query("COMMIT");
  writer.release();
  expect(await first).toEqual([bankKey]);
  const { rows } = await database.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM memory_units WHERE bank_key = $1 AND approximate",
    [bankKey],
  );
  expect(rows[0]?.count).toBe(UNITS + 2);

  await database.query("DELETE FROM banks WHERE bank_key = $1", [bankKey]);
  await keepApproximateIndex(other, DIMENSION, LARGE);
  expect(await findIndex(database)).toBeUndefined();
});

test("an index whose maker was killed in the middle is dropped and made again", async () => {
  const { database, bank, bankKey, search } = await largeBank();
  const writer = await database.connect();
  await writer.query("BEGIN");
  await writer.query("UPDATE memory_units SET text = text WHERE text LIKE 'the ferry%'");
  const killed = keepApproximateIndex(database, DIMENSION, LARGE).catch((error: Error) => error);
  await untilIndex(database, false);
  await database.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%'",
  );
  expect(await killed).toBeInstanceOf(Error);
  await writer.query("ROLLBACK");
  writer.release();

  expect(await findIndex(database)).toEqual({ valid: false });
  const vectors = new PgVectors(database, DIMENSION, { exact: false });
  expect(await vectors.search(bank, search)).toHaveLength(100);
  expect(await keepApproximateIndex(database, DIMENSION, LARGE)).toEqual([bankKey]);
  expect(await findIndex(database)).toEqual({ valid: true });
});

test("small banks and long vectors are searched exactly", async () => {
  const { database } = await largeBank();
  expect(await keepApproximateIndex(database, DIMENSION)).toEqual([]);
  expect(await keepApproximateIndex(database, 3_072, LARGE)).toEqual([]);
  expect(await findIndex(database)).toBeUndefined();
});

test("a server sees to the index by itself, but not in test mode, and stops in the middle of it", async () => {
  const { database } = await largeBank();
  const inTests = new IndexUpkeep(engineContext(database), LARGE);
  inTests.start();
  await inTests.stop();
  expect(await findIndex(database)).toBeUndefined();

  const serving = engineContext(database, { testMode: false });
  const writer = await database.connect();
  await writer.query("BEGIN");
  await writer.query("UPDATE memory_units SET text = text WHERE text LIKE 'the ferry%'");
  const stopped = new IndexUpkeep(serving, LARGE);
  stopped.start();
  await untilIndex(database, false);
  await stopped.stop();
  await writer.query("ROLLBACK");
  writer.release();

  const upkeep = new IndexUpkeep(serving, LARGE);
  upkeep.start(50);
  onTestFinished(() => upkeep.stop());
  await untilIndex(database, true);
});
