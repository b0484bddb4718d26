import { setImmediate } from "node:timers/promises";
import type { Database } from "../database.ts";
import type { FactType } from "../fact-type.ts";
import { matchesTags } from "../tag-filter.ts";
import { isWithin, type UnitTimes } from "./date-window.ts";
import { roundSimilarity } from "./rounding.ts";
import type { NeighbourSearch, UnitNeighbour, VectorHit, VectorSearch } from "./vector-store.ts";

const ROWS_PER_BLOCK = 2_000;
/** What a row takes beside its vector: id, type, tags. An estimate, for the cache's limit. */
const ROW_OVERHEAD_BYTES = 300;
/** Units whose neighbours are looked for before others get their turn. */
const UNITS_PER_TURN = 4;

interface IndexedUnit extends UnitTimes {
  unitId: string;
  factType: FactType;
  tags: string[];
}

/** Rows with their vectors one behind the other. */
interface Block {
  units: IndexedUnit[];
  vectors: Float32Array;
}

type LoadedRow = IndexedUnit & { revision: string; embedding: Buffer };

/** The vectors of one bank, searched exactly. It grows with the bank; where rows changed or went, it is made anew. */
export class VectorIndex {
  readonly #dimension: number;
  readonly #blocks: Block[] = [];
  readonly #placeOf = new Map<string, { block: Block; row: number }>();
  /** Of the last write that it has seen. */
  revision = -1n;

  constructor(dimension: number) {
    this.#dimension = dimension;
  }

  get bytes(): number {
    return this.#placeOf.size * (this.#dimension * 4 + ROW_OVERHEAD_BYTES);
  }

  /**
   * Reads the rows that were stored since, a block at a time.
   * @param revision the bank's, as it was read before.
   */
  async grow(database: Database, bankKey: string, revision: bigint): Promise<void> {
    let after = { revision: String(this.revision), unitId: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
    for (;;) {
      const { rows } = await database.query<LoadedRow>(
        `SELECT unit_id AS "unitId", fact_type AS "factType", tags, revision, embedding,
           ${milliseconds("occurred_start")} AS "occurredStart", ${milliseconds("occurred_end")} AS "occurredEnd",
           ${milliseconds("mentioned_at")} AS "mentionedAt"
         FROM memory_units
         WHERE bank_key = $1 AND (revision, unit_id) > ($2, $3) ORDER BY revision, unit_id LIMIT $4`,
        [bankKey, after.revision, after.unitId, ROWS_PER_BLOCK],
      );
      const last = rows.at(-1);
      if (!last) break;
      this.#add(rows);
      after = last;
      if (rows.length < ROWS_PER_BLOCK) break;
    }
    const seen = BigInt(after.revision);
    this.revision = seen > revision ? seen : revision;
  }

  #add(rows: readonly LoadedRow[]): void {
    const vectors = new Float32Array(rows.length * this.#dimension);
    const bytes = new Uint8Array(vectors.buffer);
    const block = { units: rows.map(({ revision, embedding, ...unit }) => unit), vectors };
    rows.forEach(({ unitId, embedding }, row) => {
      if (embedding.length !== this.#dimension * 4) {
        throw new Error(
          `Memory unit ${unitId} has a vector of ${embedding.length / 4} dimensions, the embedding provider makes ${this.#dimension}`,
        );
      }
      bytes.set(embedding, row * this.#dimension * 4);
      this.#placeOf.set(unitId, { block, row });
    });
    this.#blocks.push(block);
  }

  /** For each type in turn the most similar units, ties by id. The vectors are of unit length. */
  search(search: VectorSearch): VectorHit[] {
    const { tags, window } = search;
    const hits = new Map<string, VectorHit[]>(search.factTypes.map((type) => [type, []]));
    for (const { units, vectors } of this.#blocks) {
      units.forEach((unit, row) => {
        const { unitId, factType } = unit;
        const ofType = hits.get(factType);
        if (!ofType || (tags && !matchesTags(tags, unit.tags)) || (window && !isWithin(window, unit))) return;
        const score = roundSimilarity(dot(search.vector, vectors, row * search.vector.length));
        if (score >= search.minSimilarity) ofType.push({ unitId, factType, score });
      });
    }
    return [...hits.values()].flatMap((ofType) =>
      ofType.sort((a, b) => b.score - a.score || (a.unitId < b.unitId ? -1 : 1)).slice(0, search.limit),
    );
  }

  /** The similarity of each of these units to the vector. */
  similarities(vector: Float32Array, unitIds: readonly string[]): Map<string, number> {
    const similarities = new Map<string, number>();
    for (const unitId of unitIds) {
      const place = this.#placeOf.get(unitId);
      if (!place) continue;
      const { block, row } = place;
      similarities.set(unitId, roundSimilarity(dot(vector, block.vectors, row * vector.length)));
    }
    return similarities;
  }

  /** The nearest units of each of these units. */
  async neighbours({ unitIds, limit, minSimilarity }: NeighbourSearch): Promise<UnitNeighbour[]> {
    const found: UnitNeighbour[] = [];
    for (const [index, unitId] of unitIds.entries()) {
      if (index % UNITS_PER_TURN === UNITS_PER_TURN - 1) await setImmediate();
      const place = this.#placeOf.get(unitId);
      if (!place) continue;
      const start = place.row * this.#dimension;
      const vector = place.block.vectors.subarray(start, start + this.#dimension);
      const factType = place.block.units[place.row]?.factType;
      const hits = this.search({ vector, factTypes: factType ? [factType] : [], limit, minSimilarity });
      for (const hit of hits) found.push({ unitId, neighbourId: hit.unitId, score: hit.score });
    }
    return found;
  }
}

function milliseconds(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8`;
}

function dot(vector: Float32Array, rows: Float32Array, offset: number): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] ?? 0) * (rows[offset + i] ?? 0);
  return sum;
}
