import { describe, expect, test } from "vitest";
import { temporalWindow } from "../../../../src/engine/recall/dates/temporal-window.ts";

/** A Wednesday. */
const REFERENCE = { wall: Date.UTC(2023, 6, 5, 12), offset: 0 };

describe("a window's zone", () => {
  test("days that follow the reference are days in its offset", () => {
    const reference = { wall: Date.UTC(2024, 2, 1), offset: 540 };
    expect(temporalWindow("What happened yesterday?", reference)).toEqual({
      start: { local: "2024-02-29T00:00:00", offset: "+09:00" },
      end: { local: "2024-02-29T23:59:59.999999", offset: "+09:00" },
    });
  });

  test("a negative offset is written with its minutes", () => {
    expect(temporalWindow("today", { ...REFERENCE, offset: -210 })?.start.offset).toBe("-03:30");
  });

  test.each(["last year", "in June 2022", "in 2019", "on 13 July 2021"])(
    "%s is fixed and has none",
    (query) => {
      expect(temporalWindow(query, REFERENCE)).toMatchObject({
        start: { offset: null },
        end: { offset: null },
      });
    },
  );

  test("a reference without a zone makes windows without one", () => {
    expect(temporalWindow("yesterday", { ...REFERENCE, offset: null })).toEqual({
      start: { local: "2023-07-04T00:00:00", offset: null },
      end: { local: "2023-07-04T23:59:59.999999", offset: null },
    });
  });
});

describe("no window", () => {
  test.each([
    ["an explicit year 0, whatever else is said", "june 0000 or on 13 July 2021"],
    ["a date before the first year", "99999 days ago and 3000 years ago"],
    ["a year that only looks like one", "port 2019"],
    ["a number", "room 12"],
    ["a word that means a weekday too", "we did it"],
    ["nothing", ""],
  ])("%s: %s", (_, query) => {
    expect(temporalWindow(query, REFERENCE)).toBeUndefined();
  });

  test("a reference at the calendar's edge", () => {
    expect(
      temporalWindow("yesterday", { wall: new Date(0).setUTCFullYear(1, 0, 1), offset: 0 }),
    ).toBeUndefined();
  });
});
