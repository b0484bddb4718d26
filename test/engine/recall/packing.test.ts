import { describe, expect, test } from "vitest";
import { packChunks, packFacts } from "../../../src/engine/recall/packing.ts";

// 22, 5, 6 and 6 tokens of o200k_base.
const LONG =
  "The red lantern hangs over the old bridge and shines on the cold river all night long until the morning comes.";
const TEXTS = [LONG, "A red lantern burns.", "The lantern is red paper.", "Its red lantern broke twice."];
const itself = (text: string) => text;

describe("facts", () => {
  test.each([
    [39, [0, 1, 2, 3]],
    [28, [0, 1]],
    [23, [0]],
    [22, [0]],
    [11, [1, 2]],
    [6, [1]],
    [5, [1]],
    [4096, [0, 1, 2, 3]],
  ])("that do not fit %i tokens are skipped", async (maxTokens, expected) => {
    expect(await packFacts(TEXTS, itself, maxTokens)).toEqual({
      facts: expected.map((index) => TEXTS[index]),
      truncated: expected.length < TEXTS.length,
    });
  });

  test("the first is returned when none fits", async () => {
    expect(await packFacts(TEXTS, itself, 1)).toEqual({ facts: [LONG], truncated: true });
    expect(await packFacts([], itself, 1)).toEqual({ facts: [], truncated: false });
  });

  test("no budget, no facts", async () => {
    expect(await packFacts(TEXTS, itself, 0)).toEqual({ facts: [], truncated: true });
    expect((await packFacts(TEXTS, itself, -10)).facts).toEqual([]);
  });
});

describe("chunks", () => {
  const chunks = TEXTS.map((text, index) => ({
    chunkId: `c${index}`,
    documentId: `d${index}`,
    chunkIndex: 0,
    text,
  }));
  const pack = async (maxTokens: number) =>
    (await packChunks(chunks, maxTokens)).map(({ id, text, truncated }) => [id, text, truncated]);

  test("the first that does not fit is cut, and packing stops", async () => {
    expect(await pack(30)).toEqual([
      ["c0", LONG, false],
      ["c1", TEXTS[1], false],
      ["c2", "The lantern is", true],
    ]);
    expect(await pack(7)).toEqual([["c0", "The red lantern hangs over the old", true]]);
  });

  test("nothing is cut where no token is left", async () => {
    expect(await pack(22)).toEqual([["c0", LONG, false]]);
    expect(await pack(0)).toEqual([]);
    expect(await pack(-1)).toEqual([]);
  });
});
