import { expect, test } from "vitest";
import { areWordsCompatible } from "../../../src/engine/entities/compatible-words.ts";

test.each([
  ["Release 1.2", "Release 1.3", false],
  ["Release 1.2", "Release 01.2", true],
  ["UA123", "UA124", false],
  ["UA0123", "UA123", true],
  ["GPT 4.0", "GPT 4", true],
  // 3.10 is not 3.1.
  ["Python 3.10", "Python 3.1", false],
  // A number that only one has forbids nothing.
  ["Python", "Python 3", true],
  ["Q3 earnings", "Q3 2024 earnings", true],
  ["John Smith", "Jane Smith", false],
  // Of single words nothing is asked.
  ["Nick", "Nicolas", true],
  ["Acme Corp", "Acme Corporation", true],
  ["Orbit Lab", "Orbit Labs", true],
  ["Platform Engineering Team", "Data Engineering Team", false],
])("%s and %s: %s", (one, other, compatible) => {
  expect(areWordsCompatible(one, other)).toBe(compatible);
});
