import { describe, expect, test } from "vitest";
import type { RecallRequest } from "../../../src/engine/types.ts";
import type { SeedMemory } from "../../support/memories.ts";
import { broughtBy, type SeedLink, searchedBank } from "../../support/recall.ts";

/** Everything has to do with the query, so that only dates and links decide. */
const environment = { HINDSIGHT_API_TEMPORAL_SEMANTIC_MIN_SIMILARITY: "-1" };

const day = (text: string) => ({ local: `${text}T00:00:00`, offset: "+00:00" });
const window = (start: string, end: string): Partial<RecallRequest> => ({
  temporalWindow: { start: day(start), end: day(end) },
});
const told = (text: string, date: string, more: Partial<SeedMemory> = {}): SeedMemory => ({
  text,
  mentionedAt: `${date}T00:00:00Z`,
  ...more,
});

async function bankWith(memories: SeedMemory[], links: SeedLink[] = []) {
  const { ask, idOf } = await searchedBank(memories, { links, environment });
  const inTime = async (request: Partial<RecallRequest>, settings = {}) =>
    broughtBy("temporal", await ask("q", request, settings)).map(([text, score]) => [
      text,
      Number(score.toFixed(4)),
    ]);
  return { ask, idOf, inTime };
}

describe("entry points", () => {
  test("are facts that happened or were told in the window, scored by how near they are to its middle", async () => {
    const { inTime } = await bankWith([
      told("middle", "2023-05-16"),
      told("first day", "2023-05-01"),
      told("last day", "2023-05-31"),
      told("quarter", "2023-05-08", { mentionedAt: "2023-05-08T12:00:00Z" }),
      told("day before", "2023-04-30"),
      { text: "around", occurredStart: "2023-01-01T00:00:00Z", occurredEnd: "2023-09-27T00:00:00Z" },
      told("began in it", "2020-01-01", { occurredStart: "2023-05-16T00:00:00Z" }),
      told("ended in it", "2020-01-01", { occurredEnd: "2023-05-16T00:00:00Z" }),
      told("told in it, of long ago", "2023-05-16", { occurredStart: "1999-01-01T00:00:00Z" }),
      { text: "undated" },
    ]);
    const found = await inTime(window("2023-05-01", "2023-05-31"));
    expect(Object.fromEntries(found)).toEqual({
      middle: 1,
      "first day": 0,
      "last day": 0,
      quarter: 0.5,
      around: 0.9667,
      "began in it": 1,
      "ended in it": 1,
      "told in it, of long ago": 0,
    });
  });

  test("of a window without length are all in its middle", async () => {
    const { inTime } = await bankWith([told("then", "2023-05-16"), told("later", "2023-05-17")]);
    expect(await inTime(window("2023-05-16", "2023-05-16"))).toEqual([["then", 1]]);
  });

  test("are spread over the window, the most similar of each part first", async () => {
    // Nine on the first day, each nearer to the query than the two of the last.
    const crowd = Array.from({ length: 9 }, (_, index) =>
      told(`lake ${"water ".repeat(index)}`.trim(), "2023-05-01"),
    );
    const { ask } = await searchedBank(
      [...crowd, told("tram stop", "2023-05-30"), told("tram line", "2023-05-31")],
      {
        environment,
      },
    );
    const found = broughtBy("temporal", await ask("lake", window("2023-05-01", "2023-05-31")));
    expect(found).toHaveLength(10);
    expect(found.slice(0, 2).map(([text]) => text)).toEqual(["lake", expect.stringMatching(/^tram/)]);
    expect(found.filter(([text]) => text.startsWith("tram"))).toHaveLength(2);
  });
});

describe("from the entry points", () => {
  const MAY = window("2023-05-01", "2023-05-31");

  test("the walk follows links and carries a part of the score on", async () => {
    const { inTime } = await bankWith(
      [
        told("in May", "2023-05-16"),
        told("months away", "2023-01-01"),
        told("a cause", "2022-01-01"),
        told("beyond", "2021-01-01"),
        { text: "undated" },
        told("linked to", "2020-01-01"),
      ],
      [
        ["in May", "temporal", "months away", 0.3],
        ["in May", "caused_by", "a cause", 1],
        ["a cause", "temporal", "beyond", 1],
        ["months away", "temporal", "undated", 0.9],
        ["linked to", "temporal", "in May", 1],
        ["in May", "semantic", "linked to", 1],
      ],
    );
    expect(await inTime(MAY)).toEqual([
      ["in May", 1],
      ["a cause", 1.4],
      ["months away", 0.21],
      ["beyond", 0.98],
      ["undated", 0.3],
    ]);
  });

  test("weak links end it, and a fact's own nearness counts where it is more", async () => {
    const { inTime } = await bankWith(
      [
        told("in May", "2023-05-16"),
        told("weak", "2023-01-01"),
        told("not reached", "2023-01-02"),
        told("too weak", "2023-01-03"),
      ],
      [
        ["in May", "temporal", "weak", 0.25],
        ["weak", "temporal", "not reached", 1],
        ["in May", "temporal", "too weak", 0.05],
      ],
    );
    expect(await inTime(MAY)).toEqual([
      ["in May", 1],
      ["weak", 0.175],
    ]);
  });

  test("the best way to a fact counts, and the breadth ends the walk at the weakest", async () => {
    const facts = [
      told("in May", "2023-05-16"),
      told("b", "2022-01-02"),
      told("c", "2022-01-03"),
      told("d", "2022-01-04"),
    ];
    const links: SeedLink[] = [
      ["in May", "temporal", "b", 0.5],
      ["in May", "caused_by", "b", 0.5],
      ["in May", "temporal", "c", 0.6],
      ["in May", "temporal", "d", 0.4],
    ];
    const { inTime } = await bankWith(facts, links);
    const breadth = (mid: number) => ({ budgetFixed: { low: mid, mid, high: mid } });
    expect(await inTime(MAY, breadth(3))).toEqual([
      ["in May", 1],
      ["b", 0.7],
      ["c", 0.42],
    ]);
    expect(await inTime(MAY, breadth(1))).toEqual([["in May", 1]]);
  });

  test("facts of other types, with other tags, or that have nothing to do with the query are not reached", async () => {
    const facts = [
      told("in May", "2023-05-16", { tags: ["a"] }),
      told("other type", "2022-01-01", { type: "experience", tags: ["a"] }),
      told("other tag", "2022-01-01", { tags: ["b"] }),
      told("same tag", "2022-01-01", { tags: ["a"] }),
    ];
    const links: SeedLink[] = facts.slice(1).map(({ text }) => ["in May", "temporal", text, 0.5]);
    const { inTime } = await bankWith(facts, links);
    const request = { ...MAY, tags: ["a"], tagsMatch: "any_strict" as const };
    expect(await inTime(request)).toEqual([
      ["in May", 1],
      ["same tag", 0.35],
    ]);
    const { ask } = await searchedBank(facts, { links });
    expect(broughtBy("temporal", await ask("in May", MAY)).map(([text]) => text)).toEqual(["in May"]);
  });
});

test("a window is the request's, or the date phrase's, and none where the bank wants none", async () => {
  const { ask, inTime } = await bankWith([told("in May", "2023-05-16"), told("in June", "2023-06-16")]);
  const texts = async (query: string, request: Partial<RecallRequest> = {}, settings = {}) =>
    broughtBy("temporal", await ask(query, request, settings)).map(([text]) => text);
  expect(await texts("June 2023")).toEqual(["in June"]);
  expect(await texts("June 2023", window("2023-05-01", "2023-05-31"))).toEqual(["in May"]);
  expect(
    await texts("last month", {
      queryTimestamp: { instant: new Date("2023-06-30T23:00:00Z"), offsetMinutes: 120 },
    }),
  ).toEqual(["in June"]);
  expect(await texts("June 2023", {}, { enableTemporalRetrieval: false })).toEqual([]);
  expect(await inTime({})).toEqual([]);
});

test("only a fact that no other arm brought is raised by its nearness in time", async () => {
  const { ask } = await bankWith([told("in May", "2023-05-16"), told("elsewhere", "2023-05-16")]);
  const { results } = await ask("in May", window("2023-05-01", "2023-05-31"));
  const { trace } = await ask("in May", window("2023-05-01", "2023-05-31"));
  expect(results.map(({ text }) => text)).toEqual(["in May", "elsewhere"]);
  expect(trace?.ranked.map(({ signals }) => signals.temporal)).toEqual([0.5, 1]);
});
