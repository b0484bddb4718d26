import type { Queryable } from "./database.ts";

/** Whether any operation waits or runs, or has ended since this time. */
export async function hasWork(db: Queryable, since: Date): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM operations WHERE status IN ('pending', 'processing'))
         OR EXISTS (SELECT FROM operations WHERE status IN ('completed', 'failed', 'cancelled') AND updated_at > $1) AS found`,
    [since],
  );
  return rows[0]?.found ?? false;
}
