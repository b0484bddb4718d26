import { expect, test } from "vitest";
import { BestHits } from "../../../src/store/vectors/best-hits.ts";
import { VectorBlock } from "../../../src/store/vectors/vector-block.ts";

const DIMENSION = 6;
const QUERY = new Float32Array([1, 0, 0, 0, 0, 0]);

/** A unit vector that is so similar to the query. */
function vectorOf(similarity: number): Float32Array {
  return new Float32Array([similarity, 0, 0, 0, Math.sqrt(1 - similarity ** 2), 0]);
}

/** What is found among rows of these similarities, each with its number as its id. */
function find(similarities: readonly number[], limit: number, floor: number): [id: number, score: number][] {
  const block = new VectorBlock(DIMENSION, similarities.length);
  const best = new BestHits(QUERY, limit, floor);
  for (const [index, similarity] of similarities.entries()) {
    const unit = {
      unitId: String(index).padStart(5, "0"),
      position: index,
      revision: 1,
      factType: "world" as const,
      tags: [],
      occurredStart: null,
      occurredEnd: null,
      mentionedAt: null,
    };
    const row = block.add(unit, Buffer.from(vectorOf(similarity).buffer));
    best.look(block, row, unit);
  }
  return best.list().map(({ unitId, score }) => [Number(unitId), score]);
}

test.each([
  ["that get better", (index: number) => index / 3_000],
  ["that get worse", (index: number) => -index / 3_000],
  ["in any order", (index: number) => ((index * 7_919) % 1_009) / 1_009],
  ["that are all equal", () => 0.5],
])("the best of many %s are those of the sorted list, ties by id", (_name, similarity) => {
  const all = Array.from({ length: 3_000 }, (_, index) => similarity(index));
  const sorted = [...all.keys()].sort((a, b) => (all[b] ?? 0) - (all[a] ?? 0) || a - b);
  expect(find(all, 7, -1).map(([id]) => id)).toEqual(sorted.slice(0, 7));
});

test("the floor is inclusive, and none are found where none are wanted", () => {
  expect(find([0.4, 0.5, 0.49999], 3, 0.5)).toEqual([[1, 0.5]]);
  expect(find([0.4, 0.5], 3, Number.NaN)).toEqual([]);
  expect(find([0.4, 0.5], 0, 0)).toEqual([]);
});
