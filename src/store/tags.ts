import type { Queryable } from "./database.ts";

/** The tags of a bank's live memory units, each once, in no particular order; at most `limit`. */
export async function listDistinctTags(db: Queryable, bankKey: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ tag: string }>(
    "SELECT DISTINCT tag FROM memory_units, unnest(tags) AS tag WHERE bank_key = $1 LIMIT $2",
    [bankKey, limit],
  );
  return rows.map(({ tag }) => tag);
}
