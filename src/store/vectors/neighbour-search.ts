import { setImmediate } from "node:timers/promises";
import type { FactType } from "../fact-type.ts";
import { roundSimilarity } from "./rounding.ts";
import { dot, headOf, lengthOf, type VectorBlock } from "./vector-block.ts";
import type { UnitNeighbour } from "./vector-store.ts";

/** Seeds that one walk over the rows serves: each row is fetched once for all of them. */
const SEEDS_PER_WALK = 16;
/** More than sums of rounded products can be off. */
const MARGIN = 1e-5;

/** A unit whose neighbours are looked for. */
export interface SeedVector {
  unitId: string;
  factType: FactType;
  vector: Float32Array;
}

/** For each seed in turn its nearest, best first, ties by id. Others have a turn of the process in between. */
export async function findNeighbours(
  blocks: readonly VectorBlock[],
  seeds: readonly SeedVector[],
  { limit, minSimilarity }: { limit: number; minSimilarity: number },
): Promise<UnitNeighbour[]> {
  const found: UnitNeighbour[] = [];
  for (let start = 0; start < seeds.length; start += SEEDS_PER_WALK) {
    const walkers = seeds
      .slice(start, start + SEEDS_PER_WALK)
      .map((seed) => new Walker(seed, limit, minSimilarity));
    for (const block of blocks) {
      for (const [row, unit] of block.units.entries()) {
        for (const walker of walkers) walker.look(block, row, unit);
      }
      await setImmediate();
    }
    for (const walker of walkers) found.push(...walker.nearest());
  }
  return found;
}

class Walker {
  readonly #seed: SeedVector;
  readonly #limit: number;
  readonly #head: number;
  readonly #tail: number;
  /** What a neighbour must reach; it rises as better ones are found. */
  #floor: number;
  #hits: UnitNeighbour[] = [];

  constructor(seed: SeedVector, limit: number, minSimilarity: number) {
    this.#seed = seed;
    this.#limit = limit;
    this.#floor = minSimilarity;
    this.#head = headOf(seed.vector.length);
    this.#tail = lengthOf(seed.vector, this.#head, seed.vector.length);
  }

  look(block: VectorBlock, row: number, unit: { unitId: string; factType: FactType }): void {
    const { vector, factType, unitId } = this.#seed;
    if (unit.factType !== factType) return;
    const offset = row * vector.length;
    const head = dot(vector, block.vectors, offset, 0, this.#head);
    if (head + this.#tail * (block.tails[row] ?? 0) < this.#floor - MARGIN) return;
    const score = roundSimilarity(head + dot(vector, block.vectors, offset, this.#head));
    if (score < this.#floor) return;
    this.#hits.push({ unitId, neighbourId: unit.unitId, score });
    if (this.#hits.length >= 4 * this.#limit) this.#keepNearest();
  }

  nearest(): UnitNeighbour[] {
    this.#keepNearest();
    return this.#hits;
  }

  #keepNearest(): void {
    this.#hits.sort((a, b) => b.score - a.score || (a.neighbourId < b.neighbourId ? -1 : 1));
    this.#hits = this.#hits.slice(0, this.#limit);
    const worst = this.#hits.at(-1);
    if (worst && this.#hits.length === this.#limit) this.#floor = worst.score;
  }
}
