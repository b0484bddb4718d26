import { describe, expect, test } from "vitest";
import { packResults, type ToolResult } from "../../../src/engine/reflect/packing.ts";
import { countTokens } from "../../../src/tokens/tokens.ts";

const text = (words: number, word = "granite") => Array(words).fill(word).join(" ");
const memories = (count: number, words: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `f${index + 1}`, text: text(words) }));
const sizes = (parts: readonly ToolResult[][]) =>
  Promise.all(parts.map((part) => countTokens(JSON.stringify(part), "cl100k_base")));

describe("results in parts", () => {
  test("what fits stays together", async () => {
    const results = [
      { tool: "search_observations", result: { query: "x", observations: [] } },
      { tool: "recall", result: { query: "x", memories: memories(3, 20), chunks: {} } },
    ];
    expect(await packResults(results, 1_024)).toEqual([results]);
    expect(await packResults([], 1_024)).toEqual([]);
  });

  test("a long list is cut between its entries, and what goes along with it stays", async () => {
    const result = { query: "x", memories: memories(20, 100), already_shown: { memories: ["f90"] } };
    const parts = await packResults([{ tool: "recall", result }], 1_024);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.flat().flatMap((part) => part.result.memories)).toEqual(result.memories);
    for (const { result: part } of parts.flat()) {
      expect(part).toMatchObject({ query: "x", already_shown: { memories: ["f90"] } });
    }
    for (const size of await sizes(parts)) expect(size).toBeLessThan(1_100);
  });

  test("a large map beside the list is a part of its own", async () => {
    const chunks = Object.fromEntries(
      memories(8, 80).map(({ id, text }) => [`c${id}`, { chunk_text: text }]),
    );
    const parts = await packResults(
      [{ tool: "recall", result: { query: "x", memories: memories(5, 80), chunks } }],
      1_024,
    );
    expect(parts.map(([part]) => Object.keys(part?.result ?? {}))).toEqual([
      ["query", "memories"],
      ["query", "chunks"],
    ]);
  });

  test.each(["a text with many words ", "\u0000\ud800💥", "x"])(
    "an entry that is too large by itself is cut: %j",
    async (piece) => {
      const result = {
        results: [
          { memory_id: "f1", document: { id: "d", full_text: piece.repeat(20_000) } },
          { memory_id: "f2", memory: { text: "short" } },
        ],
        count: 2,
      };
      const parts = await packResults([{ tool: "expand", result }], 1_024);
      for (const size of await sizes(parts)) expect(size).toBeLessThan(1_100);
      expect(JSON.stringify(parts)).toContain("short");
    },
  );

  test.each(["granite from the quarry ", "पत्थर की खदान से ", "\u0001 "])(
    "of an entry that is many times too large stays as much as there is room for: %j",
    async (piece) => {
      const results = [{ memory_id: "f1", document: { id: "d", full_text: piece.repeat(20_000) } }];
      const parts = await packResults([{ tool: "expand", result: { results } }], 1_024);
      expect(parts).toHaveLength(1);
      const [size = 0] = await sizes(parts);
      expect(size).toBeGreaterThan(700);
      expect(size).toBeLessThan(1_100);
    },
  );

  test("an error as long as it may be is cut as well", async () => {
    const parts = await packResults([{ tool: "expand", result: { error: text(5_000) } }], 1_024);
    expect(await sizes(parts)).toEqual([expect.any(Number)]);
    expect((await sizes(parts))[0]).toBeLessThan(1_100);
  });
});
