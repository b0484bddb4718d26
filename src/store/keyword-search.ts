import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";

export interface KeywordSearch {
  bankKey: string;
  /** Words of letters, digits and `_` only. A row matches when it has any of them. */
  tokens: readonly string[];
  /** In the order of the answer. */
  factTypes: readonly string[];
  /** Rows per type. */
  limit: number;
  tags?: TagFilter | undefined;
  /** Keeps rows with at least this score. */
  minScore?: number | undefined;
}

export interface KeywordHit {
  unitId: string;
  /** 0.1 for every position in the row whose lexeme is asked for, as a 4-byte float. */
  score: number;
}

/**
 * The tokens that are more than stop words to the `english` configuration, in their order.
 * @param limit how many at most.
 */
export async function dropStopWords(
  db: Queryable,
  tokens: readonly string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ token: string }>(
    `SELECT token FROM unnest($1::text[]) WITH ORDINALITY AS asked (token, place)
     WHERE numnode(to_tsquery('english', token)) > 0 ORDER BY place LIMIT $2`,
    [tokens, limit],
  );
  return rows.map(({ token }) => token);
}

/** Full-text search: for each type in turn the best rows by score, ties by position. */
export async function searchKeywords(db: Queryable, search: KeywordSearch): Promise<KeywordHit[]> {
  const conditions = [
    "bank_key = $1",
    "fact_type = asked.fact_type",
    "search_vector @@ to_tsquery('english', $2)",
  ];
  const values: unknown[] = [search.bankKey, search.tokens.join(" | "), search.factTypes, search.limit];
  const score = "ts_rank_cd(search_vector, to_tsquery('english', $2))::float8";
  if (search.tags) conditions.push(tagCondition(search.tags, "tags", values));
  if (search.minScore !== undefined) {
    values.push(search.minScore);
    conditions.push(`${score} >= $${values.length}`);
  }
  const { rows } = await db.query<KeywordHit>(
    `SELECT unit_id AS "unitId", score
     FROM unnest($3::text[]) WITH ORDINALITY AS asked (fact_type, place),
       LATERAL (SELECT unit_id, position, ${score} AS score FROM memory_units
                WHERE ${conditions.join(" AND ")} ORDER BY score DESC, position LIMIT $4) AS found
     ORDER BY place, score DESC, position`,
    values,
  );
  return rows;
}
