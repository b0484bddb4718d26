import { describe, expect, test } from "vitest";
import { baseByRank } from "../../../src/engine/recall/reranking.ts";
import { combinedScore, proof, type RecencyDecay, recency } from "../../../src/engine/recall/scoring.ts";

const NOW = new Date("2023-07-01T00:00:00Z");
const NO_DATES = { occurredStart: null, occurredEnd: null, mentionedAt: null };
const NEUTRAL = { recency: 0.5, temporal: 0.5, proof: 0.5 };
const LINEAR: RecencyDecay = { recencyDecay: "linear", recencyWindowDays: 365, recencyHalfLifeDays: 90 };
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
    expect(recency({ ...NO_DATES, ...dates }, NOW, LINEAR)).toBeCloseTo(expected, 12);
  });

  test("a whole month or year counts from its end, and is never a boost", () => {
    const june = {
      ...NO_DATES,
      occurredStart: at("2023-06-01T00:00:00Z"),
      occurredEnd: at("2023-06-30T23:59:59Z"),
    };
    expect(recency(june, NOW, LINEAR)).toBe(0.5);
    const yearOf2021 = {
      ...NO_DATES,
      occurredStart: at("2021-01-01T00:00:00Z"),
      occurredEnd: at("2021-12-31T00:00:00Z"),
    };
    expect(recency(yearOf2021, at("2022-10-27T00:00:00Z"), LINEAR)).toBeCloseTo(1 - 300 / 365, 12);
    // 29 of 31 days are no month.
    const most = {
      ...NO_DATES,
      occurredStart: at("2023-05-01T00:00:00Z"),
      occurredEnd: at("2023-05-30T00:00:00Z"),
    };
    expect(recency(most, NOW, LINEAR)).toBeCloseTo(1 - 61 / 365, 12);
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

describe("other ways to grow old", () => {
  const mentioned = (iso: string) => ({ ...NO_DATES, mentionedAt: at(iso) });
  const ofApril = mentioned("2023-04-02T00:00:00Z");

  test("by half every 90 days", () => {
    const decay = { ...LINEAR, recencyDecay: "exponential" as const };
    expect(recency(ofApril, NOW, decay)).toBe(0.5);
    expect(recency(mentioned("2022-07-06T00:00:00Z"), NOW, decay)).toBe(0.0625);
    expect(recency(mentioned("2031-01-01T00:00:00Z"), NOW, decay)).toBe(1);
    expect(recency(ofApril, NOW, { ...decay, recencyHalfLifeDays: 45 })).toBe(0.25);
  });

  test("not at all, or in another time", () => {
    expect(recency(ofApril, NOW, { ...LINEAR, recencyDecay: "none" })).toBe(0.5);
    expect(recency(ofApril, NOW, { ...LINEAR, recencyWindowDays: 180 })).toBe(0.5);
  });
});

describe("the combined score", () => {
  // Four facts of four days in May, asked for on July 1.
  test.each([
    [0, "2023-05-01T10:00:00Z", 1.0668036529680365],
    [1, "2023-05-02T10:00:00Z", 0.7471461187214612],
    [2, "2023-05-03T10:00:00Z", 0.42715981735159825],
    [3, "2023-05-04T10:00:00Z", 0.10684474885844746],
  ])("of rank %i", (index, date, expected) => {
    const signals = { ...NEUTRAL, recency: recency({ ...NO_DATES, mentionedAt: at(date) }, NOW, LINEAR) };
    expect(combinedScore(baseByRank(index, 4), signals)).toBe(expected);
  });

  test("of what is neither old nor new is its base; it may exceed 1", () => {
    expect(combinedScore(0.7, NEUTRAL)).toBe(0.7);
    expect(combinedScore(1, { ...NEUTRAL, recency: 1 })).toBe(1.1);
  });

  test("is raised by nearness in time and by an observation's sources", () => {
    expect(combinedScore(1, { ...NEUTRAL, temporal: 1 })).toBe(1.1);
    expect(combinedScore(1, { ...NEUTRAL, temporal: 0 })).toBe(0.9);
    expect(combinedScore(1, { ...NEUTRAL, proof: 0.609861 })).toBeCloseTo(1 + 0.1 * 0.109861, 12);
  });
});
