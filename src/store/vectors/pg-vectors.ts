import type { Database, Queryable } from "../database.ts";
import { tagCondition } from "../tag-filter.ts";
import { distanceOf } from "./approximate-index.ts";
import { windowCondition } from "./date-window.ts";
import { encodeVector } from "./vector-column.ts";
import type {
  NeighbourSearch,
  SearchedBank,
  UnitNeighbour,
  VectorHit,
  VectorSearch,
  VectorStore,
} from "./vector-store.ts";

/**
 * How far the approximate index is walked for one search. It holds rows of all large banks, and those of others are walked over.
 */
const APPROXIMATE_SETTINGS =
  "SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = 400; SET LOCAL hnsw.max_scan_tuples = 200000";

/** The similarity of a distance in SQL, rounded as `roundSimilarity` does; to a vector of zeros it is 0, as it is for a sum. */
function similarity(distance: string): string {
  return `round((1 - coalesce(nullif(${distance}, 'NaN'), 1)) * 1000000) / 1000000`;
}

/** Searches with pgvector: exactly, but for large banks, whose rows are in an index. */
export class PgVectors implements VectorStore {
  readonly column = "vector";
  readonly #database: Database;
  readonly #dimension: number;
  readonly #exact: boolean;

  /** @param options.exact never use the approximate index, so that answers do not depend on how it was built. */
  constructor(database: Database, dimension: number, options: { exact: boolean }) {
    this.#database = database;
    this.#dimension = dimension;
    this.#exact = options.exact;
  }

  async search(bank: SearchedBank, search: VectorSearch): Promise<VectorHit[]> {
    if (this.#exact || !(await this.#isApproximate(bank)))
      return this.#query(this.#database, bank, search, false);
    return this.#database.transaction(async (tx) => {
      await tx.query(APPROXIMATE_SETTINGS);
      return this.#query(tx, bank, search, true);
    });
  }

  async similarities(
    bank: SearchedBank,
    vector: Float32Array,
    unitIds: readonly string[],
  ): Promise<Map<string, number>> {
    const { rows } = await this.#database.query<Pick<VectorHit, "unitId" | "score">>(
      `SELECT unit_id AS "unitId", ${similarity("embedding <=> $2::vector")} AS score FROM memory_units
       WHERE bank_key = $1 AND unit_id = ANY ($3::uuid[])`,
      [bank.bankKey, encodeVector(vector, this.column), unitIds],
    );
    return new Map(rows.map(({ unitId, score }) => [unitId, score]));
  }

  async neighbours(
    { bankKey }: SearchedBank,
    { seeds, limit, minSimilarity }: NeighbourSearch,
  ): Promise<UnitNeighbour[]> {
    const { rows } = await this.#database.query<UnitNeighbour>(
      `SELECT u.unit_id AS "unitId", n.unit_id AS "neighbourId", n.score
       FROM unnest($2::uuid[], $5::bigint[]) WITH ORDINALITY AS asked (unit_id, before_position, place)
       JOIN memory_units u ON u.bank_key = $1 AND u.unit_id = asked.unit_id,
       LATERAL (SELECT unit_id, ${similarity("n.embedding <=> u.embedding")} AS score FROM memory_units n
         WHERE n.bank_key = $1 AND n.fact_type = u.fact_type
           AND (asked.before_position IS NULL OR n.position < asked.before_position) ORDER BY score DESC, unit_id LIMIT $3) AS n
       WHERE n.score >= $4 ORDER BY asked.place, n.score DESC, n.unit_id`,
      [
        bankKey,
        seeds.map(({ unitId }) => unitId),
        limit,
        minSimilarity,
        seeds.map(({ beforePosition }) => beforePosition),
      ],
    );
    return rows;
  }

  async #query(
    db: Queryable,
    { bankKey }: SearchedBank,
    search: VectorSearch,
    approximate: boolean,
  ): Promise<VectorHit[]> {
    const values: unknown[] = [
      bankKey,
      encodeVector(search.vector, this.column),
      search.factTypes,
      search.limit,
      search.minSimilarity,
    ];
    const conditions = ["bank_key = $1", "fact_type = asked.fact_type"];
    if (approximate) conditions.push("approximate");
    if (search.tags) conditions.push(tagCondition(search.tags, "tags", values));
    if (search.window) conditions.push(windowCondition(search.window, values));
    const where = conditions.join(" AND ");
    const nearest = approximate
      ? // The index knows the order by distance alone, and only of the expression that it was made of.
        `SELECT unit_id, ${similarity(distanceOf(this.#dimension))} AS score FROM memory_units
         WHERE ${where} ORDER BY ${distanceOf(this.#dimension)} LIMIT $4`
      : `SELECT unit_id, ${similarity("embedding <=> $2::vector")} AS score FROM memory_units
         WHERE ${where} ORDER BY score DESC, unit_id LIMIT $4`;
    const { rows } = await db.query<VectorHit>(
      `SELECT unit_id AS "unitId", asked.fact_type AS "factType", score
       FROM unnest($3::text[]) WITH ORDINALITY AS asked (fact_type, place), LATERAL (${nearest}) AS found
       WHERE score >= $5 ORDER BY place, score DESC, unit_id`,
      values,
    );
    return rows;
  }

  async #isApproximate({ bankKey }: SearchedBank): Promise<boolean> {
    const { rows } = await this.#database.query<{ approximate: boolean }>(
      "SELECT approximate FROM banks WHERE bank_key = $1",
      [bankKey],
    );
    return rows[0]?.approximate ?? false;
  }
}
