import { expect, test } from "vitest";
import { readStructuredAnswer, repairStructuredAnswer } from "../src/llm/structured-answer.ts";
import { parseJson, parseModelJson } from "../src/parse-json.ts";

const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

test("what nests too deeply to be worked with is no value, and is not mended", () => {
  for (const depth of [3_000, 20_000, 200_000]) {
    for (const read of [parseJson, parseModelJson, readStructuredAnswer, repairStructuredAnswer]) {
      expect(read(nested(depth))).toBeUndefined();
      expect(read(nested(depth).replaceAll("[", '{"NaN":').replaceAll("]", "}"))).toBeUndefined();
    }
  }
});

test("what nests as deeply as anything that is meant is read", () => {
  expect(JSON.stringify(parseJson(nested(400)))).toBe(nested(400));
});
