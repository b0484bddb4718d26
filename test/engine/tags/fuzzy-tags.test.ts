import { describe, expect, test } from "vitest";
import { resolveGroup } from "../../../src/engine/tags/fuzzy-tags.ts";
import { trigramSimilarity, trigramsOf } from "../../../src/engine/trigrams.ts";
import type { TagsMatch } from "../../../src/engine/types.ts";

const BANK = ["typescript", "mongoose", "mongo", "db", "user:alice", "user:alicia", "kafka", "name:k8s"];

const resolve = (tags: string[], match: TagsMatch = "any_strict", bank = BANK) =>
  resolveGroup({ tags, match, resolve: "fuzzy" }, bank);

test("similarity is that of pg_trgm", () => {
  const similarity = (a: string, b: string) => trigramSimilarity(trigramsOf(a), trigramsOf(b));
  expect(similarity("typescropt", "typescript")).toBeCloseTo(0.571, 3);
  expect(similarity("kakfa", "kafka")).toBeCloseTo(0.2, 3);
  expect(similarity("Snake_Case", "case snake")).toBe(1);
  expect(similarity("", "!")).toBe(0);
});

describe("a fuzzy word", () => {
  test("stands for the tags that are spelled like it", () => {
    expect(resolve(["typescropt"])).toEqual({ tags: ["typescript"], match: "any_strict" });
    expect(resolve(["mongos"])).toEqual({ tags: ["mongoose", "mongo"], match: "any_strict" });
  });

  test("that is a tag in another case is that tag alone", () => {
    expect(resolve([" MONGO "])).toEqual({ tags: ["mongo"], match: "any_strict" });
    expect(resolve(["strasse"], "any", ["Straße", "strasser"])).toEqual({ tags: ["Straße"], match: "any" });
  });

  test("is looked up in its own namespace, by the value alone", () => {
    expect(resolve(["user:alic"])).toEqual({ tags: ["user:alice", "user:alicia"], match: "any_strict" });
    expect(resolve(["alice"])).toEqual({ tags: ["alice"], match: "any_strict" });
    expect(resolve(["name:k9s"])).toEqual({ tags: ["name:k9s"], match: "any_strict" });
  });

  test("that means nothing stays, and matches nothing", () => {
    expect(resolve(["kakfa"], "all_strict")).toEqual({ and: [{ tags: ["kakfa"], match: "any_strict" }] });
  });
});

describe("fuzzy words together", () => {
  test("all of them: some spelling of each", () => {
    expect(resolve(["mongos", "kafkas"], "all")).toEqual({
      and: [
        { tags: ["mongoose", "mongo"], match: "any" },
        { tags: ["kafka"], match: "any" },
      ],
    });
  });

  test("exactly they: one spelling of each, none twice", () => {
    expect(resolve(["mongos", "mongo"], "exact")).toEqual({
      or: [{ tags: ["mongoose", "mongo"], match: "exact" }],
    });
    expect(resolve(["typescropt", "typescrpt"], "exact")).toEqual({
      tags: ["typescropt", "typescrpt"],
      match: "exact",
    });
    expect(resolve([], "exact")).toEqual({ tags: [], match: "exact" });
  });

  test("exactly they, in too many ways, is refused", () => {
    const bank = Array.from({ length: 33 }, (_, index) => `version ${index}`);
    expect(() => resolve(["version"], "exact", bank)).toThrow(/33 sets of tags/);
    expect(resolve(["version"], "exact", bank.slice(0, 32))).toHaveProperty("or");
  });
});

test("only fuzzy leaves are widened, wherever they stand", () => {
  const fuzzy = { tags: ["typescropt"], match: "any_strict", resolve: "fuzzy" } as const;
  const exact = { tags: ["typescropt"], match: "any_strict" } as const;
  const widened = { tags: ["typescript"], match: "any_strict" };
  expect(resolveGroup({ or: [{ not: fuzzy }, { and: [exact, fuzzy] }] }, BANK)).toEqual({
    or: [{ not: widened }, { and: [exact, widened] }],
  });
});
