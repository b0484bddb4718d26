import type { Queryable } from "./database.ts";
import type { FactType } from "./fact-type.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";
import { type WriteWindow, writeCondition } from "./write-window.ts";

export interface KeywordSearch {
  bankKey: string;
  /** Words of letters, digits and `_` only. A row matches when it has any of them. */
  tokens: readonly string[];
  /** In the order of the answer. */
  factTypes: readonly FactType[];
  /** Rows per type. */
  limit: number;
  tags?: TagFilter | undefined;
  /** Only units that were written last then. */
  writes?: WriteWindow | undefined;
  /** Keeps rows with at least this score. */
  minScore?: number | undefined;
}

export interface KeywordHit {
  unitId: string;
  factType: FactType;
  /** 0.1 for every position in the row whose lexeme is asked for, as a 4-byte float. */
  score: number;
}

/** Postgres refuses to look for longer words, and stores none. */
const MAX_WORD_BYTES = 2_046;

/**
 * The tokens that say most, in their order: without those that are only stop words to the `english` configuration.
 * @param options.limit how many at most.
 * @param options.rarestFirst those that the table's statistics have fewest of, instead of those that come first.
 */
export async function selectTerms(
  db: Queryable,
  tokens: readonly string[],
  options: { limit: number; rarestFirst: boolean },
): Promise<string[]> {
  const { rows } = await db.query<{ place: number }>(
    `WITH asked AS (
       SELECT place, lexeme FROM unnest($1::text[]) WITH ORDINALITY AS t (token, place),
         unnest(tsvector_to_array(to_tsvector('english', token))) AS lexeme
     ), known AS (
       -- The frequencies of the elements come first; what follows them sums them up.
       SELECT e.lexeme, s.most_common_elem_freqs[e.number] AS frequency
       FROM pg_stats s, unnest(s.most_common_elems::text::text[]) WITH ORDINALITY AS e (lexeme, number)
       WHERE $3 AND s.schemaname = current_schema AND s.tablename = 'memory_units' AND s.attname = 'search_vector'
     )
     SELECT place::int FROM asked LEFT JOIN known USING (lexeme)
     GROUP BY place ORDER BY coalesce(max(frequency), 0), place LIMIT $2`,
    [tokens, options.limit, options.rarestFirst],
  );
  if (rows.length === 0) return tokens.slice(0, options.limit);
  const kept = new Set(rows.map(({ place }) => place - 1));
  return tokens.filter((_, index) => kept.has(index));
}

/** Full-text search: for each type in turn the best rows by score, ties by id. */
export async function searchKeywords(db: Queryable, search: KeywordSearch): Promise<KeywordHit[]> {
  const tokens = search.tokens.filter((token) => Buffer.byteLength(token) <= MAX_WORD_BYTES);
  if (tokens.length === 0) return [];
  const values: unknown[] = [search.bankKey, tokens.join(" | "), search.factTypes, search.limit];
  const conditions = ["bank_key = $1", "fact_type = ANY ($3::text[])", "search_vector @@ query"];
  if (search.tags) conditions.push(tagCondition(search.tags, "tags", values));
  if (search.writes) conditions.push(writeCondition(search.writes, "revision", values));
  const ranked = ["place <= $4"];
  if (search.minScore !== undefined) {
    values.push(search.minScore);
    ranked.push(`score >= $${values.length}`);
  }
  const { rows } = await db.query<KeywordHit>(
    `SELECT unit_id AS "unitId", fact_type AS "factType", score FROM (
       SELECT *, row_number() OVER (PARTITION BY fact_type ORDER BY score DESC, unit_id) AS place FROM (
         SELECT unit_id, fact_type, ts_rank_cd(search_vector, query)::float8 AS score
         FROM memory_units, to_tsquery('english', $2) AS query WHERE ${conditions.join(" AND ")}) AS scored) AS ranked
     WHERE ${ranked.join(" AND ")} ORDER BY array_position($3::text[], fact_type), place`,
    values,
  );
  return rows;
}
