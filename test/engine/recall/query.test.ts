import { expect, test } from "vitest";
import { cleanQuery, queryTokens } from "../../../src/engine/recall/query.ts";

test.each([
  ["Berlin's HARBOUR & !fog | (lighthouse)", ["berlin", "s", "harbour", "fog", "lighthouse"]],
  ["alice_moved to 3.14", ["alice_moved", "to", "3", "14"]],
  ["Crêpes für Łódź", ["crêpes", "für", "łódź"]],
  ["…!?", []],
])("the tokens of %j", (query, tokens) => {
  expect(queryTokens(query)).toEqual(tokens);
});

test("a query loses what cannot be searched, and what comes after so many tokens", async () => {
  expect(await cleanQuery("a\u0000b\ud800c\nd\u000be", 500)).toBe("abc\nde");
  const long = `lantern${" please".repeat(700)}`;
  expect(await cleanQuery(long, 500)).toBe(`lantern${" please".repeat(498)}`);
  expect(await cleanQuery(long, 0)).toBe(long);
  expect(await cleanQuery("👩‍👩‍👧‍👦".repeat(70), 500)).toBe("👩‍👩‍👧‍👦".repeat(70));
});
