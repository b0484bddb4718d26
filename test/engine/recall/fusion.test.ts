import { describe, expect, test } from "vitest";
import { fuse } from "../../../src/engine/recall/fusion.ts";

const hits = (...unitIds: string[]) => unitIds.map((unitId, index) => ({ unitId, score: 1 - index / 10 }));

describe("reciprocal rank fusion", () => {
  test("sums 1 / (60 + rank) over the arms", () => {
    const fused = fuse([
      { name: "semantic", hits: hits("a", "b", "c") },
      { name: "keyword", hits: hits("c", "b") },
    ]);
    expect(fused).toEqual([
      { unitId: "c", rrfScore: 1 / 63 + 1 / 61, armScores: { semantic: 0.8, keyword: 1 } },
      { unitId: "b", rrfScore: 1 / 62 + 1 / 62, armScores: { semantic: 0.9, keyword: 0.9 } },
      { unitId: "a", rrfScore: 1 / 61, armScores: { semantic: 1 } },
    ]);
  });

  test("a tie keeps the order of first appearance: the arms in turn, then their ranks", () => {
    const fused = fuse([
      { name: "semantic", hits: hits("a", "b") },
      { name: "keyword", hits: hits("c", "d") },
    ]);
    expect(fused.map(({ unitId }) => unitId)).toEqual(["a", "c", "b", "d"]);
  });

  test("keeps 300 candidates", () => {
    const many = Array.from({ length: 400 }, (_, index) => ({ unitId: `u${index}`, score: -index }));
    const fused = fuse([{ name: "semantic", hits: many }]);
    expect(fused).toHaveLength(300);
    expect(fused.at(-1)?.unitId).toBe("u299");
  });
});
