import { describe, expect, test } from "vitest";
import { parsePythonDate, parseZuluDate } from "../../src/http/python-date.ts";

const read = (text: string) => {
  const date = parsePythonDate(text);
  return date && [date.instant.toISOString(), date.offsetMinutes];
};

describe("a date in ISO 8601", () => {
  test.each([
    ["2023-06-01", "2023-06-01T00:00:00.000Z", 0],
    ["20230601", "2023-06-01T00:00:00.000Z", 0],
    ["2023-06-01 10:00", "2023-06-01T10:00:00.000Z", 0],
    ["2023-06-01x10", "2023-06-01T10:00:00.000Z", 0],
    ["2023-06-01🎉10:00", "2023-06-01T10:00:00.000Z", 0],
    ["2023-06-01T100000,5Z", "2023-06-01T10:00:00.500Z", 0],
    ["2023-06-01T10:00:00.123456789+02:00", "2023-06-01T08:00:00.123456Z", 120],
    ["2023-06-01T10:00:00+02", "2023-06-01T08:00:00.000Z", 120],
    ["2023-06-01T10:00:00 -0530", "2023-06-01T15:30:00.000Z", -330],
    ["2023-06-01T10:00:00+02:00:30", "2023-06-01T07:59:30.000Z", 120],
    ["2023-W22-4", "2023-06-01T00:00:00.000Z", 0],
    ["2023W224T10:00", "2023-06-01T10:00:00.000Z", 0],
    ["2023W22T10:00", "2023-05-29T10:00:00.000Z", 0],
    ["2020-W53-7", "2021-01-03T00:00:00.000Z", 0],
    ["0001-01-01", "0001-01-01T00:00:00.000Z", 0],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z", 0],
    ["2023-06-01T10:00Z", "2023-06-01T10:00:00.000Z", 0],
    // The sign that stands for UTC separates, too.
    ["2023-06-01Z10:00", "2023-06-01T10:00:00.000Z", 0],
    // After a whole fraction anything may stand before the offset.
    ["2023-06-01 10:00:00.123456  +02:00", "2023-06-01T08:00:00.123456Z", 120],
    ["2023-W22-10:00", "2023-05-29T10:00:00.000Z", 0],
  ])("%s", (text, instant, offset) => {
    expect(read(text)).toEqual([instant, offset]);
  });

  test.each([
    "now",
    "2023",
    "2023-06",
    "2023-152",
    "2023-0601",
    "2023-02-29",
    "0000-01-01",
    "2023-W53-1",
    "2023-W22-8",
    "2023-06-01T",
    "2023-06-01T1",
    "2023-06-01T10:0",
    "2023-06-01T24:00:00",
    "2023-06-01T10:0000",
    "2023-06-01T10:00:00x",
    "2023-06-01T10:00:00z",
    "2023-06-01T10:00:00.5 +02:00",
    "2023-06-01T10:00:00.123456 ",
    "2023-06-01Z",
    "2023-06-01T10:00ZZ",
    "2023-06-01T10:00:00+24:00",
    "2023-06-01T10:00:00+2",
    " 2023-06-01",
    "2023-06-01 ",
  ])("not %j", (text) => {
    expect(read(text)).toBeUndefined();
  });
});

test("each Z stands for the offset of UTC where it is replaced first", () => {
  expect(parseZuluDate("2023-06-01Z")?.instant).toEqual(new Date("2023-06-01"));
  expect(parseZuluDate("2023-06-01Z10:00")).toBeUndefined();
});

test("a date without an offset is known for that", () => {
  expect(parsePythonDate("2023-06-01")?.naive).toBe(true);
  expect(parsePythonDate("2023-06-01T10:00")?.naive).toBe(true);
  expect(parsePythonDate("2023-06-01T10:00Z")?.naive).toBeUndefined();
});
