import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunkText } from "../../../src/engine/retain/chunking.ts";

function chunk(text: string, chunkSize: number, structuredChunkSize: number | null = null): string[] {
  return chunkText(text, { chunkSize, structuredChunkSize, maxAttachments: 8 });
}

const length = (text: string) => Array.from(text).length;

describe("prose", () => {
  test("a text that fits is one chunk, untrimmed", () => {
    expect(chunk("  hello \n", 9)).toEqual(["  hello \n"]);
  });

  test("characters are code points", () => {
    expect(chunk("😀😀😀😀", 4)).toEqual(["😀😀😀😀"]);
    expect(chunk("😀😀😀😀", 3)).toEqual(["😀😀😀", "😀"]);
  });

  test("a separator leads the piece after it", () => {
    expect(chunk("A. B", 3)).toEqual(["A", ". B"]);
  });

  test("paragraphs come before lines, lines before sentences", () => {
    expect(chunk("one. two\nthree\n\nfour. five", 15)).toEqual(["one. two\nthree", "four. five"]);
    expect(chunk("one. two\nthree four", 12)).toEqual(["one. two", "three four"]);
    expect(chunk("one. two! three", 9)).toEqual(["one", ". two", "! three"]);
  });

  test("pieces are packed while they fit", () => {
    expect(chunk("aa bb cc dd", 5)).toEqual(["aa bb", "cc", "dd"]);
    expect(chunk("aa bb cc dd", 6)).toEqual(["aa bb", "cc dd"]);
  });

  test("a piece that is too long is cut at a later separator only", () => {
    expect(chunk("short\n\nlong line, with a clause", 12)).toEqual([
      "short",
      "long line",
      ", with a",
      "clause",
    ]);
  });

  test("a word that is too long is cut anywhere", () => {
    expect(chunk("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
  });
});

describe("conversations in JSON", () => {
  const turn = (text: string) => ({ speaker: "A", text });

  test("turns are packed and written anew, with blanks after the separators", () => {
    const turns = ["eins", "zwei", "drü"].map(turn);
    expect(chunk(JSON.stringify(turns), 80)).toEqual([
      '[{"speaker": "A", "text": "eins"}, {"speaker": "A", "text": "zwei"}]',
      '[{"speaker": "A", "text": "drü"}]',
    ]);
  });

  test("numbers keep their digits and keys their order", () => {
    const text = '[{"2":1.50,"1":12345678901234567890},{"b":"a\\"[,\\u00e9"}]';
    expect(chunk(text, 50)).toEqual(['[{"2": 1.5, "1": 12345678901234567890}]', '[{"b": "a\\"[,é"}]']);
  });

  test("a turn longer than the structured limit is split like prose", () => {
    const long = JSON.stringify([turn("x"), turn("word ".repeat(20).trim()), turn("y")]);
    const chunks = chunk(long, 60);
    expect(chunks[0]).toBe('[{"speaker": "A", "text": "x"}]');
    expect(chunks.at(-1)).toBe('[{"speaker": "A", "text": "y"}]');
    expect(chunks.slice(1, -1).every((part) => length(part) <= 60)).toBe(true);
  });

  test("a turn up to the structured limit stays whole", () => {
    const long = JSON.stringify([turn("x"), turn("word ".repeat(20).trim())]);
    expect(chunk(long, 60, 200)).toHaveLength(2);
    expect(length(chunk(long, 60, 200)[1] ?? "")).toBeGreaterThan(60);
  });

  test("a single object stays whole up to the structured limit", () => {
    const text = JSON.stringify({ note: "word ".repeat(20) });
    expect(chunk(text, 60, 200)).toEqual([text]);
    expect(chunk(text, 60).length).toBeGreaterThan(1);
  });

  test("an object a line: lines are packed verbatim", () => {
    const line = '{"a":1}';
    expect(chunk(`${line}\r\n\n${line}\n${line}`, 16)).toEqual([`${line}\n${line}`, line]);
  });

  test.each(["[1, 2, 3]", "[]", '[{"a":1}, 2]'])("%s is not a conversation", (text) => {
    const padded = text + " ".repeat(40);
    expect(chunk(padded, 20).join("")).toContain(text.slice(0, 3));
  });
});

describe("properties", () => {
  const prose = fc.string({
    unit: fc.constantFrom("a", "é", "😀", " ", "\n", ". ", "! ", "; ", ", "),
    maxLength: 200,
  });
  const limit = fc.integer({ min: 1, max: 40 });

  test("no chunk of prose is longer than the limit, and none is empty", () => {
    fc.assert(
      fc.property(prose, limit, (text, size) => {
        if (length(text) <= size) return;
        for (const part of chunk(text, size)) {
          expect(length(part)).toBeLessThanOrEqual(size);
          expect(part.trim()).toBe(part);
          expect(part).not.toBe("");
        }
      }),
    );
  });

  test("together the chunks hold every character that is no white space", () => {
    fc.assert(
      fc.property(prose, limit, (text, size) => {
        expect(chunk(text, size).join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
      }),
    );
  });

  test("a chunk is not cut again", () => {
    const turns = fc
      .array(fc.record({ speaker: fc.string(), text: fc.string() }), { minLength: 1 })
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(prose, turns), limit, (text, size) => {
        for (const part of chunk(text, size)) expect(chunk(part, size)).toEqual([part]);
      }),
    );
  });

  test("the turns of the chunks are the turns of the conversation", () => {
    const turns = fc.array(fc.record({ speaker: fc.string(), text: fc.string() }), { minLength: 1 });
    fc.assert(
      fc.property(turns, limit, (value, size) => {
        const chunks = chunk(JSON.stringify(value, null, 1), size, 10_000);
        expect(chunks.flatMap((part) => JSON.parse(part))).toEqual(value);
      }),
    );
  });
});
