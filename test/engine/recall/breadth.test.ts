import { expect, test } from "vitest";
import { recallBreadth } from "../../../src/engine/recall/breadth.ts";
import { DEFAULT_RECALL_SETTINGS } from "../../support/recall-settings.ts";

const ADAPTIVE = { ...DEFAULT_RECALL_SETTINGS, budgetFunction: "adaptive" as const };

test("a fixed breadth is set for each budget", () => {
  expect(recallBreadth("low", 1, DEFAULT_RECALL_SETTINGS)).toBe(100);
  expect(recallBreadth("mid", 1, DEFAULT_RECALL_SETTINGS)).toBe(300);
  expect(recallBreadth("high", 1, DEFAULT_RECALL_SETTINGS)).toBe(1000);
});

test("an adaptive breadth is a share of max_tokens, rounded half to even, within bounds", () => {
  expect(recallBreadth("mid", 4096, ADAPTIVE)).toBe(307);
  expect(recallBreadth("low", 4096, ADAPTIVE)).toBe(102);
  expect(recallBreadth("high", 90, ADAPTIVE)).toBe(22);
  expect(recallBreadth("high", 94, ADAPTIVE)).toBe(24);
  expect(recallBreadth("low", 100, ADAPTIVE)).toBe(20);
  expect(recallBreadth("high", 100_000, ADAPTIVE)).toBe(2000);
});
