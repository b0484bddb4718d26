import { describe, expect, test } from "vitest";
import { dateFact } from "../../../src/engine/retain/dates.ts";
import { embeddingText, textSignals } from "../../../src/engine/retain/embedding-text.ts";
import type { ExtractedFact } from "../../../src/engine/retain/facts.ts";
import { formatIso, type Moment, parseIso } from "../../../src/engine/retain/moment.ts";
import { relativeDate } from "../../../src/engine/retain/relative-dates.ts";

function moment(iso: string): Moment {
  const parsed = parseIso(iso);
  if (!parsed) throw new Error(`${iso} is no date`);
  return parsed;
}

const WRITTEN = moment("2024-03-01T00:30:00+09:00");

function event(text: string, dates: { occurredStart?: string; occurredEnd?: string } = {}): ExtractedFact {
  return { text, factType: "world", entities: [], causes: [], attachments: [], ...dates };
}

describe("ISO 8601", () => {
  test.each([
    ["2015", "2015-01-01T00:00:00+00:00"],
    ["2015-03", "2015-03-01T00:00:00+00:00"],
    ["20220904", "2022-09-04T00:00:00+00:00"],
    ["2023-05-07", "2023-05-07T00:00:00+00:00"],
    ["2023-05-07T10:20", "2023-05-07T10:20:00+00:00"],
    ["2023-05-07 10:20:30", "2023-05-07T10:20:30+00:00"],
    ["20230507T102030Z", "2023-05-07T10:20:30+00:00"],
    ["2023-05-07T10:20:30.123456-03:30", "2023-05-07T10:20:30.123456-03:30"],
    ["2023-05-07T10:20:30+0200", "2023-05-07T10:20:30+02:00"],
  ])("%s", (text, expected) => {
    expect(formatIso(moment(text))).toBe(expected);
  });

  test.each([
    "",
    "yesterday",
    "0001-01-01",
    "9999-12-31",
    "2023-02-30",
    "2023-13",
    "2023-05-07T",
    "2023-05-07T10:20 PST",
    "12",
  ])("%j is none", (text) => {
    expect(parseIso(text)).toBeUndefined();
  });
});

describe("relative words of an event, at midnight in the writer's offset", () => {
  test.each([
    ["We met last night", "2024-02-29"],
    ["She left Yesterday.", "2024-02-29"],
    ["He called today", "2024-03-01"],
    ["It rained this morning", "2024-03-01"],
    ["We dine tonight", "2024-03-01"],
    ["They leave tomorrow", "2024-03-02"],
    ["It broke last week", "2024-02-23"],
    ["It opens this week", "2024-03-01"],
    ["It opens next week", "2024-03-08"],
    ["It closed last month", "2024-01-31"],
    ["It closes next month", "2024-03-31"],
  ])("%s", (text, day) => {
    expect(relativeDate(text, WRITTEN)).toBe(`${day}T00:00:00+09:00`);
  });

  test("the first of the table counts, not the first of the text", () => {
    expect(relativeDate("Tomorrow we talk about yesterday", WRITTEN)).toBe("2024-02-29T00:00:00+09:00");
  });

  test("only whole words count, and only with a date to count from", () => {
    expect(relativeDate("yesterdays are todayish, übertoday", WRITTEN)).toBeUndefined();
    expect(relativeDate("We met yesterday", null)).toBeUndefined();
  });
});

describe("bounds", () => {
  test("each is read on its own", () => {
    const both = dateFact(event("x", { occurredStart: "2020-01-02", occurredEnd: "soon" }), WRITTEN, 0);
    expect(both).toMatchObject({ occurredStart: moment("2020-01-02"), occurredEnd: null });
    const end = dateFact(event("x", { occurredStart: "9999", occurredEnd: "2020-01-02" }), WRITTEN, 0);
    expect(end).toMatchObject({ occurredStart: null, occurredEnd: moment("2020-01-02") });
  });

  test("the facts of a chunk are 10 ms apart on all dates", () => {
    const dates = dateFact(event("x", { occurredStart: "2020", occurredEnd: "2021" }), WRITTEN, 3);
    expect(dates.occurredStart?.instant.toISOString()).toBe("2020-01-01T00:00:00.030Z");
    expect(dates.occurredEnd?.instant.toISOString()).toBe("2021-01-01T00:00:00.030Z");
    expect(dates.mentionedAt?.instant.toISOString()).toBe("2024-02-29T15:30:00.030Z");
  });
});

describe("what is embedded and searched beside the text", () => {
  const none = { occurredStart: null, occurredEnd: null, mentionedAt: null };
  const day = moment("2023-05-07");
  const later = moment("2023-07-01");

  test.each([
    ["nothing when undated", none, "x"],
    [
      "when it happened",
      { ...none, occurredStart: day, occurredEnd: day, mentionedAt: later },
      "x (happened in May 2023)",
    ],
    ["else when it was told", { ...none, mentionedAt: later }, "x (happened in July 2023)"],
    [
      "a span",
      { ...none, occurredStart: day, occurredEnd: later },
      "x (happened from May 2023 to July 2023)",
    ],
    [
      "an end alone",
      { ...none, occurredEnd: later, mentionedAt: day },
      "x (happened from May 2023 to July 2023)",
    ],
    ["nothing of an end without a beginning", { ...none, occurredEnd: later }, "x"],
    ["the month of the writer's offset", { ...none, mentionedAt: WRITTEN }, "x (happened in March 2024)"],
  ])("%s", (_, dates, expected) => {
    expect(embeddingText("x", dates, [])).toBe(expected);
  });

  test("names come last", () => {
    expect(embeddingText("x", none, ["Ann", "Rome"])).toBe("x [Ann, Rome]");
  });

  test("signals are the names and the days", () => {
    expect(textSignals({ ...none, occurredStart: day, occurredEnd: later }, ["Ann"])).toBe(
      "Ann May 7 2023 July 1 2023",
    );
    expect(textSignals({ ...none, occurredStart: day, occurredEnd: day }, [])).toBe("May 7 2023");
    expect(textSignals({ ...none, mentionedAt: day }, [])).toBe("");
  });
});
