import { setImmediate } from "node:timers/promises";
import type { FactType } from "../fact-type.ts";
import { BestHits } from "./best-hits.ts";
import type { VectorBlock } from "./vector-block.ts";
import type { UnitNeighbour } from "./vector-store.ts";

/** Seeds that one walk over the rows serves: each row is fetched once for all of them. */
const SEEDS_PER_WALK = 16;

/** A unit whose neighbours are looked for. */
export interface SeedVector {
  unitId: string;
  factType: FactType;
  vector: Float32Array;
  /** Only what was stored before is a neighbour. */
  beforePosition: number;
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
      .map((seed) => ({ ...seed, best: new BestHits(seed.vector, limit, minSimilarity) }));
    for (const block of blocks) {
      for (const [row, unit] of block.units.entries()) {
        for (const { factType, beforePosition, best } of walkers) {
          if (unit.factType === factType && unit.position < beforePosition) best.look(block, row, unit);
        }
      }
      await setImmediate();
    }
    for (const { unitId, best } of walkers) {
      const nearest = best.list().filter(({ score }) => !Number.isNaN(score));
      found.push(...nearest.map(({ unitId: neighbourId, score }) => ({ unitId, neighbourId, score })));
    }
  }
  return found;
}
