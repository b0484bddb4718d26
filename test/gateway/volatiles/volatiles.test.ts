import { describe, expect, test } from "vitest";
import { readClock, realClock } from "../../../src/gateway/volatiles/clock.ts";
import { UnboundAlias, Volatiles } from "../../../src/gateway/volatiles/volatiles.ts";

const A = "0f8fad5b-d9cb-869f-a165-70867728950e";
const B = "7c9e6679-7425-80de-944b-e07fc1f90ae7";
const C = "123e4567-e89b-82d3-a456-426614174000";

describe("ids", () => {
  test("count by first appearance, wherever they stand", () => {
    const volatiles = new Volatiles(undefined);
    expect(volatiles.alias([`fact ${B}: x`, { ids: [A, B], [A]: 1 }, `{"id":"${A}"}`])).toEqual([
      "fact {{id 1}}: x",
      { "{{id 2}}": 1, ids: ["{{id 2}}", "{{id 1}}"] },
      '{"id":"{{id 2}}"}',
    ]);
  });

  test("of an answer are bound to this run's own", () => {
    const recorded = new Volatiles(undefined);
    recorded.alias(`[${A}] tea [${B}] rice`);
    const kept = recorded.aliasAnswer({ cites: [B], said: `see ${A}`, own: C });
    expect(kept).toEqual({ cites: ["{{id 2}}"], said: "see {{id 1}}", own: C });

    const replayed = new Volatiles(undefined);
    replayed.alias(`[${C}] tea [${A}] rice`);
    expect(replayed.restore(kept)).toEqual({ cites: [A], said: `see ${C}`, own: C });
  });

  test("that this request does not show cannot be bound", () => {
    expect(() => new Volatiles(undefined).restore("{{id 1}}")).toThrow(UnboundAlias);
  });

  test("are whole words only", () => {
    const text = `x${A} ${A}-1 ${A.slice(0, -1)}`;
    expect(new Volatiles(undefined).alias(text)).toBe(text);
  });

  test("and what only looks like an alias is kept apart", () => {
    const volatiles = new Volatiles(undefined);
    const said = "write {{id 1}} and {{clock date}} and {{name}}";
    const aliased = volatiles.alias(`${A} ${said}`);
    expect(aliased).toBe("{{id 1}} write {{quoted id 1}} and {{quoted clock date}} and {{name}}");
    expect(volatiles.restore(aliased)).toBe(`${A} ${said}`);
    const twice = volatiles.aliasAnswer("{{quoted id 1}}");
    expect(twice).toBe("{{quoted quoted id 1}}");
    expect(volatiles.restore(twice)).toBe("{{quoted id 1}}");
  });

  test("cut into fragments are found; the fragments stay as many", () => {
    const volatiles = new Volatiles(undefined);
    volatiles.alias(A);
    expect(volatiles.aliasFragments(["see ", A.slice(0, 9), A.slice(9), " and ", `${A}.`])).toEqual([
      "see ",
      "{{id 1}}",
      "",
      " and ",
      "{{id 1}}.",
    ]);
    expect(volatiles.aliasFragments([])).toEqual([]);
    expect(volatiles.aliasFragments(["", "a", "", "b"])).toEqual(["", "a", "", "b"]);
  });
});

describe("the clock", () => {
  const clock = readClock("2025-01-01T00:00:00.000Z 0,86400000");
  const alias = (text: string) => new Volatiles(clock).alias(text);

  test.each([
    ["Now: 2025-01-01 00:00 UTC.", "Now: {{clock blank UTC}}."],
    ["2025-01-01T00:00:00Z", "{{clock T seconds Z}}"],
    ["2025-01-01T00:00:00.000Z", "{{clock T seconds Z}}"],
    ["2025-01-01T01:00:00+01:00", "{{clock T seconds +01:00}}"],
    ["2025-01-01T00:00:00.000001+00:00", "{{clock T seconds +00:00}}"],
    ["on 2025-01-01, ok", "on {{clock date}}, ok"],
    ["(2025-01-02)", "({{clock+86400000 date}})"],
    ["in January 2025", "in {{clock month year}}"],
    ["on January 2, 2025", "on {{clock+86400000 month day, year}}"],
    ["on Wednesday, January 1, 2025.", "on {{clock weekday, month day, year}}."],
    ["on 1 January 2025", "on {{clock day month year}}"],
    ["Date: Wednesday, January 01, 2025 (…)", "Date: {{clock weekday, month day, year}} (…)"],
  ])("%s is now", (text, aliased) => expect(alias(text)).toBe(aliased));

  test.each([
    ["2025-01-01T00:00:00.010000+00:00", "{{clock and 10 ms T seconds +00:00}}"],
    ["2025-01-02T00:00:00.020Z", "{{clock+86400000 and 20 ms T seconds Z}}"],
    ["2024-12-31T00:00:00+00:00", "{{clock -1 days T seconds +00:00}}"],
    ["2024-12-25 00:00", "{{clock -7 days blank}}"],
    ["2024-12-31T00:00:00.010000+00:00", "{{clock -1 days and 10 ms T seconds +00:00}}"],
    [
      "[Date: January 31, 2025 (2025-01-31)]",
      "[Date: {{clock +30 days month day, year}} ({{clock +30 days date}})]",
    ],
  ])("%s is where a server puts what is so from now", (text, aliased) => expect(alias(text)).toBe(aliased));

  test.each([
    "2025-01-05",
    "2025-01-01T00:01:00Z",
    "2024-12-31T12:00:00Z",
    "December 2024",
    "2025-01-01 00:01",
    "2025-01-01T05:30:00",
    "2024-01-01",
    "12025-01-01",
    "2025-01-01-7",
    "2025-13-45",
    "January 2024",
    "January 30, 2025",
  ])("%s is meaning", (text) => expect(alias(text)).toBe(text));

  test("is bound to this run's; another distance from the start is another request", () => {
    const recorded = new Volatiles(clock);
    const request = recorded.alias("now 2025-01-01");
    const kept = recorded.aliasAnswer(["2025-01-01", "2024-12-31"]);
    const other = new Volatiles(readClock("2031-05-05T12:00:00.000Z 0"));
    expect(other.alias("now 2031-05-05")).toEqual(request);
    expect(other.restore(kept)).toEqual(["2031-05-05", "2024-12-31"]);
    expect(new Volatiles(clock).alias("now 2025-01-02")).not.toEqual(request);
  });

  test("with its weekday is bound without it too", () => {
    const recorded = new Volatiles(clock);
    const request = recorded.alias("Wednesday, January 01, 2025");
    const kept = recorded.aliasAnswer("since January 01, 2025, a Wednesday");
    const other = new Volatiles(readClock("2031-05-05T12:00:00.000Z 0"));
    expect(other.alias("Monday, May 05, 2031")).toEqual(request);
    expect(other.restore(kept)).toBe("since May 05, 2031, a Wednesday");
  });

  test("of a server that is not ours is the real one, since the test began", () => {
    const now = new Date();
    const volatiles = new Volatiles(realClock(now.getTime() - 1_000));
    const iso = now.toISOString();
    expect(volatiles.alias(`${iso} ${iso.slice(0, 10)}`)).toBe("{{clock T seconds Z}} {{clock date}}");
    expect(volatiles.alias("2020-02-02T02:02:02Z")).toBe("2020-02-02T02:02:02Z");
  });

  test("without one every date is meaning", () => {
    expect(new Volatiles(undefined).alias("2025-01-01")).toBe("2025-01-01");
  });
});
