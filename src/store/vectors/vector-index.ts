import { setImmediate } from "node:timers/promises";
import type { Database } from "../database.ts";
import { matchesTags } from "../tag-filter.ts";
import { BestHits } from "./best-hits.ts";
import { isWithin } from "./date-window.ts";
import { findNeighbours } from "./neighbour-search.ts";
import { roundSimilarity } from "./rounding.ts";
import { dot, type IndexedUnit, VectorBlock } from "./vector-block.ts";
import type { NeighbourSearch, UnitNeighbour, VectorHit, VectorSearch } from "./vector-store.ts";

const ROWS_PER_BLOCK = 2_000;
/** Blocks that are searched before others get their turn. */
const BLOCKS_PER_TURN = 8;
/** What a row takes beside its vector: id, type, tags. An estimate, for the cache's limit. */
const ROW_OVERHEAD_BYTES = 300;

type LoadedRow = Omit<IndexedUnit, "position"> & { position: string; revision: string; embedding: Buffer };

/** The vectors of one bank, searched exactly. It grows with the bank; where rows changed or went, it is made anew. */
export class VectorIndex {
  readonly #dimension: number;
  readonly #blocks: VectorBlock[] = [];
  readonly #placeOf = new Map<string, { block: VectorBlock; row: number }>();
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
        `SELECT unit_id AS "unitId", fact_type AS "factType", tags, position, revision, embedding,
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
    for (const { revision, embedding, position, ...unit } of rows) {
      if (embedding.length !== this.#dimension * 4) {
        throw new Error(
          `Memory unit ${unit.unitId} has a vector of ${embedding.length / 4} dimensions, the embedding provider makes ${this.#dimension}`,
        );
      }
      const block = this.#openBlock();
      const row = block.add({ ...unit, position: Number(position) }, embedding);
      this.#placeOf.set(unit.unitId, { block, row });
    }
  }

  #openBlock(): VectorBlock {
    const last = this.#blocks.at(-1);
    if (last && !last.isFull) return last;
    const block = new VectorBlock(this.#dimension, ROWS_PER_BLOCK);
    this.#blocks.push(block);
    return block;
  }

  /** For each type in turn the most similar units, ties by id. The vectors are of unit length. */
  async search({
    vector,
    factTypes,
    limit,
    minSimilarity,
    tags,
    window,
  }: VectorSearch): Promise<VectorHit[]> {
    const best = new Map(factTypes.map((type) => [type, new BestHits(vector, limit, minSimilarity)]));
    for (const [number, block] of this.#blocks.entries()) {
      if (number % BLOCKS_PER_TURN === BLOCKS_PER_TURN - 1) await setImmediate();
      for (const [row, unit] of block.units.entries()) {
        const ofType = best.get(unit.factType);
        if (!ofType || (tags && !matchesTags(tags, unit.tags)) || (window && !isWithin(window, unit)))
          continue;
        ofType.look(block, row, unit);
      }
    }
    return factTypes.flatMap((type) => best.get(type)?.list() ?? []);
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
  neighbours({ seeds, limit, minSimilarity }: NeighbourSearch): Promise<UnitNeighbour[]> {
    const vectors = seeds.flatMap(({ unitId, beforePosition }) => {
      const place = this.#placeOf.get(unitId);
      const unit = place?.block.units[place.row];
      if (!place || !unit) return [];
      const { factType } = unit;
      const vector = place.block.vector(place.row);
      return [{ unitId, factType, vector, beforePosition: beforePosition ?? Number.POSITIVE_INFINITY }];
    });
    return findNeighbours(this.#blocks, vectors, { limit, minSimilarity });
  }
}

function milliseconds(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8`;
}
