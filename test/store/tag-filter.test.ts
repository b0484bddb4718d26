import { expect, test } from "vitest";
import { leafOf, matchesTags, type TagFilter, tagCondition } from "../../src/store/tag-filter.ts";
import { createTestDatabase } from "../support/database.ts";

const ROWS: Record<string, string[]> = {
  none: [],
  red: ["red"],
  blue: ["blue"],
  both: ["blue", "red"],
  "all three": ["red", "blue", "green"],
  cased: ["Red"],
};

const RED: TagFilter = { tags: ["red"], match: "any_strict" };
const BLUE: TagFilter = { tags: ["blue"], match: "any_strict" };
const RED_BLUE = ["red", "blue"];
const EVERY_ROW = Object.keys(ROWS);

/** A filter, and the rows that it lets through. */
const CASES: [TagFilter, string[]][] = [
  [{ tags: RED_BLUE, match: "any" }, ["none", "red", "blue", "both", "all three"]],
  [{ tags: RED_BLUE, match: "all" }, ["none", "both", "all three"]],
  [{ tags: RED_BLUE, match: "any_strict" }, ["red", "blue", "both", "all three"]],
  [{ tags: RED_BLUE, match: "all_strict" }, ["both", "all three"]],
  [{ tags: RED_BLUE, match: "exact" }, ["both"]],
  [{ tags: ["red", "red"], match: "exact" }, ["red"]],
  [{ tags: [], match: "any" }, ["none"]],
  [{ tags: [], match: "all" }, EVERY_ROW],
  [{ tags: [], match: "any_strict" }, []],
  [{ tags: [], match: "all_strict" }, ["red", "blue", "both", "all three", "cased"]],
  [{ tags: [], match: "exact" }, ["none"]],
  [{ and: [RED, BLUE] }, ["both", "all three"]],
  [{ or: [RED, BLUE] }, ["red", "blue", "both", "all three"]],
  [{ not: RED }, ["none", "blue", "cased"]],
  [{ and: [RED, { not: { or: [BLUE, { tags: ["green"], match: "any_strict" }] } }] }, ["red"]],
  [{ or: [{ and: [RED, { not: BLUE }] }, { tags: [], match: "exact" }] }, ["none", "red"]],
  [{ and: [] }, EVERY_ROW],
  [{ or: [] }, []],
  [{ not: { or: [] } }, EVERY_ROW],
];

test("in memory and in SQL the same rows pass", async () => {
  const { database } = await createTestDatabase();
  for (const [filter, expected] of CASES) {
    const asked = JSON.stringify(filter);
    const inMemory = EVERY_ROW.filter((name) => matchesTags(filter, ROWS[name] ?? []));
    expect(inMemory, asked).toEqual(expected);
    // A parameter before the filter's own: its placeholders follow on.
    const values: unknown[] = [JSON.stringify(ROWS)];
    const { rows } = await database.query<{ name: string }>(
      `SELECT name FROM jsonb_each($1::jsonb) WITH ORDINALITY AS r (name, list, place),
         LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(list)) AS tags) AS t
       WHERE ${tagCondition(filter, "tags", values)}`,
      values,
    );
    expect(new Set(rows.map(({ name }) => name)), asked).toEqual(new Set(expected));
  }
});

test("a request's own list filters only when it names tags, or asks for exactly none", () => {
  expect(leafOf([], "any")).toBeUndefined();
  expect(leafOf([], "all_strict")).toBeUndefined();
  expect(leafOf([], "exact")).toEqual({ tags: [], match: "exact" });
  expect(leafOf(["red"], "any")).toEqual({ tags: ["red"], match: "any" });
});
