import { describe, expect, test } from "vitest";
import { composeDocument } from "../../../src/engine/retain/content.ts";
import { isAppend, planPasses } from "../../../src/engine/retain/documents.ts";
import { item } from "./fixture.ts";

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

  test("more than a pass takes is cut between items; what is larger alone is oversized", async () => {
    const items = ["one two", "three four", "five six seven eight nine"].map((text) => item(text));
    expect(await plan(items, 4)).toEqual([
      [[undefined, "one two+three four"]],
      [[undefined, "five six seven eight nine"]],
    ]);
    const passes = await planPasses(items, 4);
    expect(passes.flat().map(({ isOversized }) => isOversized)).toEqual([false, true]);
  });

  test("the first item that says how it is written decides", () => {
    expect(isAppend([item("a"), item("b", { updateMode: "append" })])).toBe(true);
    expect(isAppend([item("a", { updateMode: "replace" }), item("b", { updateMode: "append" })])).toBe(false);
    expect(isAppend([item("a")])).toBe(false);
  });
});

describe("a document's content", () => {
  const limits = { chunkSize: 12, structuredChunkSize: null, maxAttachments: 8 };
  const compose = (isOversized: boolean, appendsTo: string | null, ...items: ReturnType<typeof item>[]) =>
    composeDocument({ documentId: "d", items, isOversized }, { appendsTo, limits, budget: 3 });
  const shown = (runs: { index: number; text: string }[][]) =>
    runs.map((run) => run.map(({ index, text }) => `${index} ${text}`));

  test("an oversized item is cut between its chunks, and their numbers run on", async () => {
    const { text, runs } = await compose(true, null, item("one two\n\nthree four\n\nfive six"));
    expect(text).toBe("one two\n\nthree four\n\nfive six");
    expect(shown(runs)).toEqual([["0 one two"], ["1 three four"], ["2 five six"]]);
  });

  test("what is appended to leads the first of its runs", async () => {
    const append = item("three four\n\nfive six", { updateMode: "append" });
    const { text, runs } = await compose(true, "one two", append);
    expect(text).toBe("one two\nthree four\n\nfive six");
    expect(shown(runs)).toEqual([["0 one two", "1 three four"], ["2 five six"]]);
  });

  test("conversations that are appended to one another are one, also without a stored one", async () => {
    const turns = ['[{"a":1}]', "[]", '[{"b":2}]'].map((text) => item(text, { updateMode: "append" }));
    const { text, runs } = await compose(false, null, ...turns);
    expect(text).toBe('[{"a": 1}, {"b": 2}]');
    expect(shown(runs)).toEqual([['0 [{"a": 1}]', '1 [{"b": 2}]']]);
    const replaced = await compose(false, null, ...turns.map(({ updateMode, ...rest }) => rest));
    expect(replaced.text).toBe('[{"a":1}]\n[]\n[{"b":2}]');
  });
});
