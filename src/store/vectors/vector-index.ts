import { setImmediate } from "node:timers/promises";
import { matchesTags } from "../tag-filter.ts";
import { isWrittenWithin } from "../write-window.ts";
import { BestHits } from "./best-hits.ts";
import { isWithin } from "./date-window.ts";
import { findNeighbours } from "./neighbour-search.ts";
import { roundSimilarity } from "./rounding.ts";
import type { StoredVector } from "./stored-vectors.ts";
import { dot, isZero, VectorBlock } from "./vector-block.ts";
import type { NeighbourSearch, UnitNeighbour, VectorHit, VectorSearch } from "./vector-store.ts";

const ROWS_PER_BLOCK = 2_000;
/** Numbers that are looked at before others get their turn. */
const NUMBERS_PER_TURN = 3_000_000;
/** What a row takes beside its vector: id, type, tags. An estimate, for the cache's limit. */
const ROW_OVERHEAD_BYTES = 300;

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

  add(vectors: readonly StoredVector[]): void {
    for (const { embedding, ...unit } of vectors) {
      if (embedding.length !== this.#dimension * 4) {
        throw new Error(
          `Memory unit ${unit.unitId} has a vector of ${embedding.length / 4} dimensions, the embedding provider makes ${this.#dimension}`,
        );
      }
      const block = this.#openBlock();
      const row = block.add(unit, embedding);
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
    writes,
  }: VectorSearch): Promise<VectorHit[]> {
    const best = new Map(factTypes.map((type) => [type, new BestHits(vector, limit, minSimilarity)]));
    const blocksPerTurn = Math.ceil(NUMBERS_PER_TURN / (ROWS_PER_BLOCK * this.#dimension));
    for (const [number, block] of this.#blocks.entries()) {
      if (number % blocksPerTurn === blocksPerTurn - 1) await setImmediate();
      for (const [row, unit] of block.units.entries()) {
        const ofType = best.get(unit.factType);
        if (!ofType || (tags && !matchesTags(tags, unit.tags))) continue;
        if ((window && !isWithin(window, unit)) || (writes && !isWrittenWithin(writes, unit))) continue;
        ofType.look(block, row, unit);
      }
    }
    return factTypes.flatMap((type) => best.get(type)?.list() ?? []);
  }

  /** The similarity of each of these units to the vector. */
  similarities(vector: Float32Array, unitIds: readonly string[]): Map<string, number> {
    const similarities = new Map<string, number>();
    const undirected = isZero(vector, 0, vector.length);
    for (const unitId of unitIds) {
      const place = this.#placeOf.get(unitId);
      if (!place) continue;
      const { block, row } = place;
      const product = dot(vector, block.vectors, row * vector.length);
      similarities.set(unitId, undirected || block.isZero(row) ? Number.NaN : roundSimilarity(product));
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
