import { describe, expect, test } from "vitest";
import type { ArmHit } from "../../../src/engine/recall/arms/arm.ts";
import { fuse } from "../../../src/engine/recall/fusion.ts";
import { cut, raise, readStrategyBoosts } from "../../../src/engine/recall/strategy-boosts.ts";

const hits = (...unitIds: string[]): ArmHit[] =>
  unitIds.map((unitId, index) => ({ unitId, factType: "world", score: 1 - index / 10 }));

describe("reciprocal rank fusion", () => {
  test("sums 1 / (60 + rank) over the arms, and keeps what the first arm knew", () => {
    const semantic = hits("a", "b", "c");
    const keyword = hits("c", "b");
    const fused = fuse([
      { name: "semantic", hits: semantic },
      { name: "keyword", hits: keyword },
      { name: "graph", hits: hits("d") },
    ]);
    expect(fused[0]).toEqual({
      unitId: "c",
      factType: "world",
      rrfScore: 1 / 63 + 1 / 61,
      rrfRank: 1,
      ranks: { semantic: 3, keyword: 1 },
      scores: { semantic: 0.8, keyword: 1 },
      first: { arm: "semantic", hit: semantic[2] },
    });
    expect(fused.map(({ unitId, rrfRank, first }) => [unitId, rrfRank, first.arm])).toEqual([
      ["c", 1, "semantic"],
      ["b", 2, "semantic"],
      ["a", 3, "semantic"],
      ["d", 4, "graph"],
    ]);
  });

  test("a tie keeps the order of first appearance: the arms in turn, then their ranks", () => {
    const fused = fuse([
      { name: "semantic", hits: hits("a", "b") },
      { name: "keyword", hits: hits("c", "d") },
    ]);
    expect(fused.map(({ unitId }) => unitId)).toEqual(["a", "c", "b", "d"]);
  });
});

describe("boosts of an arm", () => {
  test("are read from a list of arms and levels; what is not known is left out", () => {
    expect([...readStrategyBoosts(" Graph:HIGH, bm25 ,temporal:, semantic:huge, keyword:low,,")]).toEqual([
      ["graph", "high"],
      ["keyword", "medium"],
      ["temporal", "medium"],
    ]);
    expect(readStrategyBoosts("").size).toBe(0);
  });

  test("move its candidates up where too many are there, and only then", () => {
    const fused = fuse([
      { name: "semantic", hits: hits("s1", "s2", "s3") },
      { name: "graph", hits: hits("g1", "g2", "g3") },
    ]);
    const ids = (limit: number, boosts: string) =>
      cut(fused, limit, readStrategyBoosts(boosts)).map(({ unitId }) => unitId);
    expect(ids(6, "graph:high")).toEqual(["s1", "g1", "s2", "g2", "s3", "g3"]);
    expect(ids(4, "")).toEqual(["s1", "g1", "s2", "g2"]);
    // Rank r of the boosted arm comes before rank s of another when r < 4 s.
    expect(ids(4, "graph")).toEqual(["g1", "g2", "g3", "s1"]);
  });

  test("raise what a reranker has scored: the less, the lower the rank; in time always the same", () => {
    const fused = fuse([
      { name: "graph", hits: hits("a", "b") },
      { name: "temporal", hits: hits("c", "b") },
    ]);
    const raised = Object.fromEntries(
      fused.map((candidate) => [
        candidate.unitId,
        raise(candidate, readStrategyBoosts("graph:low,temporal:high")),
      ]),
    );
    expect(raised).toEqual({ a: 0.05, b: (0.05 * 2) / 3 + 0.5, c: 0.5 });
  });
});
