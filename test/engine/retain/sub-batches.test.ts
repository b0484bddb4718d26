import { describe, expect, test } from "vitest";
import { planPasses } from "../../../src/engine/retain/documents.ts";
import { sha256 } from "../../../src/engine/retain/hash.ts";
import { withoutRepeats } from "../../../src/engine/retain/sub-batches.ts";
import { item } from "./fixture.ts";

const chunks = (...texts: string[]) => texts.map((text, index) => ({ text, hash: sha256(text), index }));
const indexes = (kept: { index: number }[]) => kept.map(({ index }) => index);

describe("a document that is larger than a pass", () => {
  test("leaves out what an earlier pass has read in the same words", async () => {
    const document = chunks("one two three", "four five six", "one two three", "seven");
    expect(indexes(await withoutRepeats(document, 4))).toEqual([0, 1, 3]);
  });

  test("keeps repeats within a pass, and all of a document that fits", async () => {
    const document = chunks("one", "one", "two");
    expect(indexes(await withoutRepeats(document, 1_000))).toEqual([0, 1, 2]);
    expect(indexes(await withoutRepeats(chunks("one", "one", "two three four"), 3))).toEqual([0, 1, 2]);
  });
});

describe("passes", () => {
  const plan = async (items: ReturnType<typeof item>[], tokens = 1_000) =>
    (await planPasses(items, tokens)).map((pass) =>
      pass.map(({ documentId, items: own }) => [documentId, own.map(({ content }) => content).join("+")]),
    );

  test("items without ids make one document, beside others one each", async () => {
    expect(await plan([item("a"), item("b")])).toEqual([[[undefined, "a+b"]]]);
    expect(await plan([item("a", { documentId: "d" }), item("b"), item("c")])).toEqual([
      [
        ["d", "a"],
        [undefined, "b"],
        [undefined, "c"],
      ],
    ]);
  });

  test("an id that occurs twice folds its items, and each document is a pass", async () => {
    const items = [
      item("a", { documentId: "d" }),
      item("b", { documentId: "e" }),
      item("c", { documentId: "d" }),
    ];
    expect(await plan(items)).toEqual([[["d", "a+c"]], [["e", "b"]]]);
  });

  test("more than a pass takes is cut between items", async () => {
    const items = ["one two", "three four", "five six"].map((text) => item(text));
    expect(await plan(items, 4)).toEqual([[[undefined, "one two+three four"]], [[undefined, "five six"]]]);
  });
});
