import type { Queryable } from "./database.ts";

/** The tags of a bank's live memory units, each once, in no particular order; at most `limit`. */
export async function listDistinctTags(db: Queryable, bankKey: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ tag: string }>(
    "SELECT DISTINCT tag FROM memory_units, unnest(tags) AS tag WHERE bank_key = $1 LIMIT $2",
    [bankKey, limit],
  );
  return rows.map(({ tag }) => tag);
}

export interface TagCount {
  tag: string;
  count: number;
}

/** What tags are counted of. */
export type TagSource = "memories" | "mental_models";

/**
 * A page of the tags of a bank's live memory units or mental models, those of the most first, and how many tags there are.
 * @param pattern what the whole tag must look like, in any case: `*` is any text. Null: all.
 */
export async function listTags(
  db: Queryable,
  bankKey: string,
  {
    source,
    pattern,
    limit,
    offset,
  }: { source: TagSource; pattern: string | null; limit: number; offset: number },
): Promise<{ total: number; tags: TagCount[] }> {
  const table = source === "memories" ? "memory_units" : "mental_models";
  const from = `${table}, unnest(tags) AS tag WHERE bank_key = $1 AND ($2::text IS NULL OR tag ILIKE $2)`;
  const values = [bankKey, pattern ? likePattern(pattern) : null];
  const [page, count] = await Promise.all([
    db.query<TagCount>(
      `SELECT tag, count(*)::int AS count FROM ${from} GROUP BY tag
       ORDER BY count DESC, tag COLLATE "C" LIMIT $3 OFFSET $4`,
      [...values, limit, offset],
    ),
    db.query<{ total: number }>(`SELECT count(DISTINCT tag)::int AS total FROM ${from}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, tags: page.rows };
}

/** A backslash at the end has nothing to escape, and stands for itself. */
function likePattern(pattern: string): string {
  return pattern.replaceAll("*", "%").replace(/\\+$/, (end) => (end.length % 2 === 1 ? `${end}\\` : end));
}
