import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { matchers } from "../../src/harness/worker/matchers.ts";

const BANK = { id: "b", recall: async () => ({ results: [{ text: "Peanuts are out." }] }) };

/** As a runner calls it, with whatever a test gave. */
const toRecall = (...given: unknown[]) => Reflect.apply(matchers.toRecall, {}, given);

describe("toRecall", () => {
  test.each([
    ["a text", "Peanuts"],
    ["a pattern", /peanuts/i],
    ["another realm's", runInNewContext("/PEANUTS/i")],
  ])("takes %s", async (_, expected) => {
    expect(await toRecall(BANK, "What not?", expected)).toMatchObject({ pass: true });
  });

  test.each<[string, unknown[], RegExp]>([
    ["nothing to expect", [BANK, "What not?"], /takes a query/],
    ["no arguments", [BANK], /takes a query/],
    ["a client", [{ recall: BANK.recall }, "What not?", /x/], /about a test's bank/],
    ["no bank", [undefined, "What not?", /x/], /about a test's bank/],
  ])("refuses %s", async (_, given, what) => {
    const expected = { code: "INVALID_OPTION", what: expect.stringMatching(what) };
    await expect(toRecall(...given)).rejects.toMatchObject(expected);
  });
});
