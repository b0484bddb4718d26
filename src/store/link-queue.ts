import { BANK_COLUMNS, type BankRow } from "./banks.ts";
import type { Queryable } from "./database.ts";

/** A fact that is to be linked to those that mean nearly the same. */
export interface QueuedLinks {
  unitId: string;
  /** Only facts that were stored before this position are looked at. */
  beforePosition: number;
  /** How many, at most. */
  neighbours: number;
}

export async function queueLinks(
  db: Queryable,
  bankKey: string,
  rows: readonly QueuedLinks[],
): Promise<void> {
  if (rows.length === 0) return;
  await db.query(
    `INSERT INTO link_queue (bank_key, unit_id, before_position, neighbours)
     SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $4::int[]) ON CONFLICT DO NOTHING`,
    [
      bankKey,
      rows.map(({ unitId }) => unitId),
      rows.map(({ beforePosition }) => beforePosition),
      rows.map(({ neighbours }) => neighbours),
    ],
  );
}

/** What is queued for these facts, or for any. Facts that are gone are missing. */
export async function listQueuedLinks(
  db: Queryable,
  bankKey: string,
  unitIds?: readonly string[],
): Promise<QueuedLinks[]> {
  const { rows } = await db.query<Omit<QueuedLinks, "beforePosition"> & { beforePosition: string }>(
    `SELECT unit_id AS "unitId", before_position AS "beforePosition", neighbours FROM link_queue
     WHERE bank_key = $1 ${unitIds ? "AND unit_id = ANY ($2::uuid[])" : ""} ORDER BY before_position, unit_id`,
    unitIds ? [bankKey, unitIds] : [bankKey],
  );
  return rows.map((row) => ({ ...row, beforePosition: Number(row.beforePosition) }));
}

export async function removeQueuedLinks(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<void> {
  await db.query("DELETE FROM link_queue WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])", [
    bankKey,
    unitIds,
  ]);
}

/** The banks that have facts in the queue. */
export async function banksWithQueuedLinks(db: Queryable): Promise<BankRow[]> {
  const { rows } = await db.query<BankRow>(
    `SELECT ${BANK_COLUMNS} FROM banks WHERE bank_key IN (SELECT bank_key FROM link_queue) ORDER BY bank_key`,
  );
  return rows;
}
