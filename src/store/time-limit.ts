import type { Database, Queryable } from "./database.ts";

/** Postgres' code of a statement that was cancelled. */
const CANCELLED = "57014";

/** Whether the database ended a statement because it took too long. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === CANCELLED;
}

/** What `work` reads in one transaction; null when one of its statements took longer than `timeoutMs`. */
export async function cancelledInTime<T>(
  database: Database,
  timeoutMs: number,
  work: (tx: Queryable) => Promise<T>,
): Promise<T | null> {
  try {
    return await database.transaction(async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`);
      return work(tx);
    });
  } catch (error) {
    if (isCancelled(error)) return null;
    throw error;
  }
}
