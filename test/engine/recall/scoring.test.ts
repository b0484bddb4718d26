import { describe, expect, test } from "vitest";
import { baseByRank, finalScore, proof, recency } from "../../../src/engine/recall/scoring.ts";

const NOW = new Date("2023-07-01T00:00:00Z");
const NO_DATES = { occurredStart: null, occurredEnd: null, mentionedAt: null };
const FACT = { ...NO_DATES, factType: "world" as const, proofCount: 1 };
const at = (iso: string) => new Date(iso);

describe("the base score", () => {
  test("falls from 1 to a hair under 0.1", () => {
    expect(baseByRank(0, 1)).toBe(1);
    expect([0, 1, 2, 3].map((index) => baseByRank(index, 4))).toEqual([1, 0.7, 0.4, 0.09999999999999998]);
  });
});

describe("recency", () => {
  test.each([
    ["no date", {}, 0.5],
    ["now", { mentionedAt: NOW }, 1],
    ["the future", { occurredStart: at("2031-01-01T00:00:00Z") }, 1],
    ["73 days", { mentionedAt: at("2023-04-19T00:00:00Z") }, 0.8],
    ["half a year", { mentionedAt: at("2022-12-30T12:00:00Z") }, 0.5],
    ["older than a year", { mentionedAt: at("2020-01-01T00:00:00Z") }, 0.1],
    ["the start before the mention", { occurredStart: at("2020-01-01T00:00:00Z"), mentionedAt: NOW }, 0.1],
    ["the mention before the end", { mentionedAt: at("2020-01-01T00:00:00Z"), occurredEnd: NOW }, 0.1],
    ["the end alone", { occurredEnd: NOW }, 1],
  ])("%s", (_name, dates, expected) => {
    expect(recency({ ...NO_DATES, ...dates }, NOW)).toBeCloseTo(expected, 12);
  });

  test("a whole month or year counts from its end, and is never a boost", () => {
    const june = {
      ...NO_DATES,
      occurredStart: at("2023-06-01T00:00:00Z"),
      occurredEnd: at("2023-06-30T23:59:59Z"),
    };
    expect(recency(june, NOW)).toBe(0.5);
    const yearOf2021 = {
      ...NO_DATES,
      occurredStart: at("2021-01-01T00:00:00Z"),
      occurredEnd: at("2021-12-31T00:00:00Z"),
    };
    expect(recency(yearOf2021, at("2022-10-27T00:00:00Z"))).toBeCloseTo(1 - 300 / 365, 12);
    // 29 of 31 days are no month.
    const most = {
      ...NO_DATES,
      occurredStart: at("2023-05-01T00:00:00Z"),
      occurredEnd: at("2023-05-30T00:00:00Z"),
    };
    expect(recency(most, NOW)).toBeCloseTo(1 - 61 / 365, 12);
  });
});

describe("proof", () => {
  test("counts the sources of observations only", () => {
    expect(proof({ factType: "world", proofCount: 9 })).toBe(0.5);
    expect(proof({ factType: "observation", proofCount: 1 })).toBe(0.5);
    expect(proof({ factType: "observation", proofCount: 2 })).toBeCloseTo(0.56931, 5);
    expect(proof({ factType: "observation", proofCount: 3 })).toBeCloseTo(0.60986, 5);
    expect(proof({ factType: "observation", proofCount: 1e9 })).toBe(1);
  });
});

describe("the final score", () => {
  // Four facts of four days in May, asked for on July 1.
  test.each([
    [0, "2023-05-01T10:00:00Z", 1.0668036529680365],
    [1, "2023-05-02T10:00:00Z", 0.7471461187214612],
    [2, "2023-05-03T10:00:00Z", 0.42715981735159825],
    [3, "2023-05-04T10:00:00Z", 0.10684474885844746],
  ])("of rank %i", (index, date, expected) => {
    expect(finalScore(baseByRank(index, 4), { ...FACT, mentionedAt: at(date) }, NOW)).toBe(expected);
  });

  test("of what is neither old nor new is its base; it may exceed 1", () => {
    expect(finalScore(0.7, FACT, NOW)).toBe(0.7);
    expect(finalScore(1, { ...FACT, mentionedAt: NOW }, NOW)).toBe(1.1);
  });

  test("of an observation is raised by its sources", () => {
    const observation = { ...FACT, factType: "observation" as const, proofCount: 3 };
    expect(finalScore(1, observation, NOW)).toBeCloseTo(1 + 0.1 * 0.109861, 6);
  });
});
