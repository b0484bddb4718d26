import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { temporalWindow, type WindowBound } from "../../../../src/engine/recall/dates/temporal-window.ts";

/** Queries, when and where they were asked, and the window that upstream's server finds in them. */
const PHRASES: [query: string, asked: string, window: [start: string, end: string] | null][] = JSON.parse(
  readFileSync(new URL("phrases.json", import.meta.url), "utf8"),
);

function referenceOf(asked: string) {
  const [, local = "", zone] = /^(.{19})(Z|[+-]\d\d:\d\d)?$/.exec(asked) ?? [];
  const [sign, hours, minutes] =
    zone === undefined || zone === "Z" ? ["", 0, 0] : [zone[0], zone.slice(1, 3), zone.slice(4)];
  const size = Number(hours) * 60 + Number(minutes);
  return { wall: Date.parse(`${local}Z`), offset: zone === undefined ? null : sign === "-" ? -size : size };
}

const written = ({ local, offset }: WindowBound) => local + (offset ?? "");

test("finds the windows that upstream finds, and no others", () => {
  const found = PHRASES.map(([query, asked]) => {
    const window = temporalWindow(query, referenceOf(asked));
    return [query, asked, window ? [written(window.start), written(window.end)] : null];
  });
  expect(found).toEqual(PHRASES);
});

test.each([
  ["digits", "1".repeat(20_000)],
  ["numbers", "12 3.5 7/13 ".repeat(2_000)],
  ["words of dates", "monday may ".repeat(2_000)],
  ["separators", "5,-/. ".repeat(3_000)],
  ["Chinese numbers", "一二3年".repeat(3_000)],
])("does not get lost in %s", (_, query) => {
  const began = performance.now();
  temporalWindow(query, { wall: Date.UTC(2023, 6, 5, 12), offset: 0 });
  expect(performance.now() - began).toBeLessThan(20_000);
});
