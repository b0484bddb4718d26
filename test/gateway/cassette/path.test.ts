import { join } from "node:path";
import { expect, test } from "vitest";
import { cassettePath } from "../../../src/gateway/cassette/path.ts";

test("a cassette is beside its test file, in a folder of the file's name", () => {
  expect(cassettePath(join("/app", "tests", "agent.test.ts"), "remembers an allergy")).toMatch(
    /tests.__cassettes__.agent\.test\.ts.remembers-an-allergy--[0-9a-f]{8}\.jsonl$/,
  );
});

test("names that differ only in what a file name cannot hold have cassettes of their own", () => {
  const paths = ["a/b", "a:b", "a b", "a  b", "A b"].map((name) => cassettePath("x.test.ts", name));
  expect(new Set(paths).size).toBe(5);
});

test("any name gives a file name that every system takes", () => {
  const name = (test: string) => cassettePath("x.test.ts", test).split(/[\\/]/).at(-1) ?? "";
  expect(name("日本語 🎉 été")).toMatch(/^日本語-été--[0-9a-f]{8}\.jsonl$/);
  expect(name("CON<>|?*\u0000")).toMatch(/^con--/);
  expect(name("x".repeat(5_000)).length).toBeLessThan(100);
  expect(name("???")).toMatch(/^--[0-9a-f]{8}\.jsonl$/);
});
