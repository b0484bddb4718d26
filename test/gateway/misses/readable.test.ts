import { expect, test } from "vitest";
import { readable } from "../../../src/gateway/misses/readable.ts";

test("readable JSON has texts unquoted, with their line breaks", () => {
  const value = [
    { role: "user", content: "One.\nTwo." },
    { role: "tool", content: { json: { facts: [1, "x"], none: [], empty: {} } }, id: null },
    "text",
  ];
  expect(readable(value)).toBe(
    `- content:
    One.
    Two.
  role: user
- content:
    json:
      empty: {}
      facts:
        - 1
        - x
      none: []
  id: null
  role: tool
- text`,
  );
});
