import type { Database } from "../database.ts";

/** Units from which on a bank is large: an exact search of fewer takes less than the index would save. */
export const LARGE_BANK_UNITS = 50_000;
/** pgvector's HNSW index holds no more. */
const MAX_DIMENSION = 2_000;
const ROWS_PER_UPDATE = 5_000;

/** The distance to `$2` as the index of this dimension knows it. */
export function distanceOf(dimension: number): string {
  return `embedding::vector(${dimension}) <=> $2::vector(${dimension})`;
}

/** Whether a bank has become large, and its vectors are not in the index yet. */
export async function needsApproximateIndex(
  database: Database,
  bankKey: string,
  dimension: number,
  largeBankUnits = LARGE_BANK_UNITS,
): Promise<boolean> {
  if (dimension > MAX_DIMENSION) return false;
  const { rows } = await database.query<{ large: boolean }>(
    // The counter only grows, and is cheaper to read than the rows are to count.
    `SELECT NOT approximate AND id_counter >= $2
       AND (SELECT count(*) FROM memory_units u WHERE u.bank_key = banks.bank_key) >= $2 AS large
     FROM banks WHERE bank_key = $1`,
    [bankKey, largeBankUnits],
  );
  return rows[0]?.large ?? false;
}

/**
 * Puts a bank's vectors into the approximate index, which is made with the first of them. Searches stay exact until it is done;
 * it can be broken off at any point, and begun again.
 */
export async function buildApproximateIndex(
  database: Database,
  bankKey: string,
  dimension: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let marked = ROWS_PER_UPDATE; marked === ROWS_PER_UPDATE; ) {
    signal?.throwIfAborted();
    const { rowCount } = await database.query(
      `UPDATE memory_units SET approximate = true WHERE bank_key = $1 AND unit_id IN (
         SELECT unit_id FROM memory_units WHERE bank_key = $1 AND NOT approximate LIMIT $2)`,
      [bankKey, ROWS_PER_UPDATE],
    );
    marked = rowCount ?? 0;
  }
  await createIndex(database, dimension);
  await database.transaction(async (tx) => {
    // Locks the bank: what was stored meanwhile is marked, and what is stored from now on marks itself.
    await tx.query("UPDATE banks SET approximate = true WHERE bank_key = $1", [bankKey]);
    await tx.query("UPDATE memory_units SET approximate = true WHERE bank_key = $1 AND NOT approximate", [
      bankKey,
    ]);
  });
}

/** One that was broken off is not valid, and is made anew. */
async function createIndex(database: Database, dimension: number): Promise<void> {
  const name = `memory_units_hnsw_${dimension}`;
  const { rows } = await database.query<{ valid: boolean }>(
    "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
    [name],
  );
  if (rows[0]?.valid) return;
  if (rows[0]) await database.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  await database.query(
    `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON memory_units
     USING hnsw ((embedding::vector(${dimension})) vector_cosine_ops) WHERE approximate`,
  );
}
