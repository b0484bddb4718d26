import type pg from "pg";
import type { Database, Queryable } from "../database.ts";
import type { FactType } from "../fact-type.ts";
import { tagCondition } from "../tag-filter.ts";
import { writeCondition } from "../write-window.ts";
import { distanceOf, hasApproximateIndex, indexedRows } from "./approximate-index.ts";
import { windowCondition } from "./date-window.ts";
import { isZero } from "./vector-block.ts";
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
 * How the approximate index is walked for one search. It holds rows of all large banks and types, and those of others are walked
 * over; a search that finds little among so many is done exactly. The planner would rather read a bank's rows and sort them.
 */
const WALK_SETTINGS = `SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = 400;
  SET LOCAL hnsw.max_scan_tuples = 20000; SET LOCAL enable_sort = off`;

/** Fewer units of a type are searched exactly: a walk would go past all the others in vain. */
const RARE_UNITS = 2_000;

/** The similarity of a distance in SQL, rounded as `roundSimilarity` does; null where a vector is all zeros. */
function similarity(distance: string): string {
  return `round((1 - nullif(${distance}, 'NaN')) * 1000000) / 1000000`;
}

/** Units `n` that count as neighbours of a unit `u`, as it was `asked` for. */
const NEIGHBOURS = `n.bank_key = $1 AND n.fact_type = u.fact_type
  AND (asked.before_position IS NULL OR n.position < asked.before_position)`;

const BEST_FIRST = "score DESC NULLS LAST, unit_id";

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
    // The index knows directions: vectors of zeros are not in it, and none is near one.
    const byIndex = !isZero(search.vector, 0, search.vector.length) && (await this.#isApproximate(bank));
    if (!byIndex) return this.#exactly(bank, search);
    const walked = await this.#listLargeTypes(bank, search.factTypes);
    const near = walked.length === 0 ? [] : await this.#nearly(bank, { ...search, factTypes: walked });
    const { found, cutOff } = withinReach(search.factTypes, near, ({ factType }) => factType, search);
    const rest = cutOff.length === 0 ? [] : await this.#exactly(bank, { ...search, factTypes: cutOff });
    return search.factTypes.flatMap((type) =>
      [...found, ...rest].filter(({ factType }) => factType === type),
    );
  }

  async similarities(
    bank: SearchedBank,
    vector: Float32Array,
    unitIds: readonly string[],
  ): Promise<Map<string, number>> {
    const { rows } = await this.#database.query<Pick<VectorHit, "unitId" | "score">>(
      `SELECT unit_id AS "unitId", coalesce(${similarity("embedding <=> $2::vector")}, 'NaN') AS score FROM memory_units
       WHERE bank_key = $1 AND unit_id = ANY ($3::uuid[])`,
      [bank.bankKey, encodeVector(vector, this.column), unitIds],
    );
    return new Map(rows.map(({ unitId, score }) => [unitId, score]));
  }

  async neighbours(bank: SearchedBank, search: NeighbourSearch): Promise<UnitNeighbour[]> {
    if (!(await this.#isApproximate(bank))) return this.#neighboursExactly(bank, search);
    const ids = search.seeds.map(({ unitId }) => unitId);
    const near = await this.#walk((tx) =>
      tx.query<UnitNeighbour>(
        `SELECT u.unit_id AS "unitId", n.unit_id AS "neighbourId", n.score
         FROM unnest($2::uuid[], $4::bigint[]) AS asked (unit_id, before_position)
         JOIN memory_units u ON u.bank_key = $1 AND u.unit_id = asked.unit_id,
         LATERAL (SELECT unit_id, ${similarity(this.#distance("n.embedding", "u.embedding"))} AS score FROM memory_units n
           WHERE ${NEIGHBOURS} AND ${indexedRows(this.#dimension, "n")}
           ORDER BY ${this.#distance("n.embedding", "u.embedding")} LIMIT $3) AS n`,
        [bank.bankKey, ids, search.limit, search.seeds.map(({ beforePosition }) => beforePosition)],
      ),
    );
    const { found, cutOff } = withinReach(ids, near, ({ unitId }) => unitId, search);
    const left = new Set(cutOff);
    const seeds = search.seeds.filter(({ unitId }) => left.has(unitId));
    const rest = seeds.length === 0 ? [] : await this.#neighboursExactly(bank, { ...search, seeds });
    const placeOf = new Map(ids.map((unitId, place) => [unitId, place]));
    const place = ({ unitId }: UnitNeighbour) => placeOf.get(unitId) ?? 0;
    return [...found, ...rest].sort(
      (a, b) => place(a) - place(b) || b.score - a.score || (a.neighbourId < b.neighbourId ? -1 : 1),
    );
  }

  async #neighboursExactly(
    { bankKey }: SearchedBank,
    { seeds, limit, minSimilarity }: NeighbourSearch,
  ): Promise<UnitNeighbour[]> {
    const { rows } = await this.#database.query<UnitNeighbour>(
      `SELECT u.unit_id AS "unitId", n.unit_id AS "neighbourId", n.score
       FROM unnest($2::uuid[], $5::bigint[]) WITH ORDINALITY AS asked (unit_id, before_position, place)
       JOIN memory_units u ON u.bank_key = $1 AND u.unit_id = asked.unit_id,
       LATERAL (SELECT unit_id, ${similarity("n.embedding <=> u.embedding")} AS score FROM memory_units n
         WHERE ${NEIGHBOURS} ORDER BY ${BEST_FIRST} LIMIT $3) AS n
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

  async #exactly({ bankKey }: SearchedBank, search: VectorSearch): Promise<VectorHit[]> {
    const values = this.#values(bankKey, search);
    const where = conditionsOf(search, values).join(" AND ");
    values.push(search.minSimilarity);
    const { rows } = await this.#database.query<VectorHit>(
      `SELECT unit_id AS "unitId", asked.fact_type AS "factType", coalesce(found.score, 'NaN') AS score
       FROM unnest($3::text[]) WITH ORDINALITY AS asked (fact_type, place), LATERAL (
         SELECT unit_id, ${similarity("embedding <=> $2::vector")} AS score FROM memory_units
         WHERE ${where} ORDER BY ${BEST_FIRST} LIMIT $4) AS found
       WHERE found.score >= $${values.length} OR found.score IS NULL ORDER BY place, found.${BEST_FIRST}`,
      values,
    );
    return rows;
  }

  /** The nearest by the index, whatever the floor: fewer than were asked for where the walk ended before. */
  #nearly({ bankKey }: SearchedBank, search: VectorSearch): Promise<VectorHit[]> {
    const values = this.#values(bankKey, search);
    const where = [...conditionsOf(search, values), indexedRows(this.#dimension, "memory_units")].join(
      " AND ",
    );
    // The index knows the order by distance alone, and only of the expression that it was made of.
    const distance = this.#distance("embedding", "$2");
    return this.#walk((tx) =>
      tx.query<VectorHit>(
        `SELECT unit_id AS "unitId", asked.fact_type AS "factType", score
         FROM unnest($3::text[]) WITH ORDINALITY AS asked (fact_type, place), LATERAL (
           SELECT unit_id, ${similarity(distance)} AS score FROM memory_units
           WHERE ${where} ORDER BY ${distance} LIMIT $4) AS found
         ORDER BY place, score DESC, unit_id`,
        values,
      ),
    );
  }

  /** The types of which the bank has so many units that a walk is worth it. */
  async #listLargeTypes({ bankKey }: SearchedBank, factTypes: readonly FactType[]): Promise<FactType[]> {
    const { rows } = await this.#database.query<{ factType: FactType }>(
      `SELECT type AS "factType" FROM unnest($2::text[]) AS type
       WHERE (SELECT count(*) FROM (
         SELECT FROM memory_units WHERE bank_key = $1 AND fact_type = type LIMIT $3) AS units) = $3`,
      [bankKey, factTypes, RARE_UNITS],
    );
    return rows.map(({ factType }) => factType);
  }

  #distance(one: string, other: string): string {
    return distanceOf(this.#dimension, one, other);
  }

  async #walk<Row extends pg.QueryResultRow>(
    query: (tx: Queryable) => Promise<pg.QueryResult<Row>>,
  ): Promise<Row[]> {
    return this.#database.transaction(async (tx) => {
      await tx.query(WALK_SETTINGS);
      return (await query(tx)).rows;
    });
  }

  #values(bankKey: string, search: VectorSearch): unknown[] {
    return [bankKey, encodeVector(search.vector, this.column), search.factTypes, search.limit];
  }

  async #isApproximate({ bankKey }: SearchedBank): Promise<boolean> {
    return !this.#exact && (await hasApproximateIndex(this.#database, bankKey, this.#dimension));
  }
}

/** What is asked of a unit beside its vector. @param values the query's parameters; those of the conditions are appended. */
function conditionsOf({ tags, window, writes }: VectorSearch, values: unknown[]): string[] {
  return [
    "bank_key = $1",
    "fact_type = asked.fact_type",
    ...(tags ? [tagCondition(tags, "tags", values)] : []),
    ...(window ? [windowCondition(window, values)] : []),
    ...(writes ? [writeCondition(writes, "revision", values)] : []),
  ];
}

/**
 * Parts what the index found from what must be searched exactly: where it brought fewer than were asked for, and was not below
 * the floor yet, there may be more.
 */
function withinReach<Key, Hit extends { score: number }>(
  keys: readonly Key[],
  hits: readonly Hit[],
  keyOf: (hit: Hit) => Key,
  { limit, minSimilarity }: { limit: number; minSimilarity: number },
): { found: Hit[]; cutOff: Key[] } {
  const counts = new Map<Key, { hits: number; below: number }>();
  for (const hit of hits) {
    const count = counts.get(keyOf(hit)) ?? { hits: 0, below: 0 };
    count.hits += 1;
    if (hit.score < minSimilarity) count.below += 1;
    counts.set(keyOf(hit), count);
  }
  const cutOff = new Set(
    keys.filter((key) => {
      const count = counts.get(key);
      return !count || (count.hits < limit && count.below === 0);
    }),
  );
  return {
    found: hits.filter((hit) => !cutOff.has(keyOf(hit)) && hit.score >= minSimilarity),
    cutOff: [...cutOff],
  };
}
