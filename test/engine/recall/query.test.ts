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

test("a query loses what cannot be searched, and what comes after 500 tokens", async () => {
  expect(await cleanQuery("a\u0000b\ud800c\nd")).toBe("abc\nd");
  const cut = await cleanQuery(`lantern${" please".repeat(700)}`);
  expect(cut).toBe(`lantern${" please".repeat(498)}`);
});
