import { expect, test } from "vitest";
import { dateTime } from "../../../src/http/validation/dates.ts";
import { type Fault, INVALID } from "../../../src/http/validation/schema.ts";

function read(input: unknown) {
  const faults: Fault[] = [];
  const date = dateTime().parse(input, [], faults);
  return date === INVALID ? faults.map(({ type }) => type) : date.local + date.offset;
}

test.each([
  ["2023-06-01", "2023-06-01T00:00:00+00:00"],
  ["2023-06-01 10:00", "2023-06-01T10:00:00+00:00"],
  ["2023-06-01t10:00:00z", "2023-06-01T10:00:00+00:00"],
  ["2023-06-01_10:00:00,5", "2023-06-01T10:00:00.500000+00:00"],
  ["2023-06-01T10:00:00.123456789-0500", "2023-06-01T10:00:00.123456-05:00"],
  ["0001-01-01", "0001-01-01T00:00:00+00:00"],
  [1685577600.25, "2023-06-01T00:00:00.250000+00:00"],
  ["1685577600000", "2023-06-01T00:00:00+00:00"],
  [-1, "1969-12-31T23:59:59+00:00"],
  ["20230601", "1970-08-23T03:36:41+00:00"],
])("%j is a date and time", (input, expected) => {
  expect(read(input)).toBe(expected);
});

test.each([
  ["2023-06", "datetime_from_date_parsing"],
  ["2023-06-01T10", "datetime_from_date_parsing"],
  ["2023-06-01T24:00", "datetime_from_date_parsing"],
  ["2023-06-01T10:00+25:00", "datetime_from_date_parsing"],
  ["2023-02-30", "datetime_from_date_parsing"],
  ["", "datetime_from_date_parsing"],
  ["0000-01-01", "datetime_parsing"],
  [1e30, "datetime_from_date_parsing"],
  [true, "datetime_type"],
  [null, "datetime_type"],
  [[], "datetime_type"],
])("%j is none: %s", (input, type) => {
  expect(read(input)).toEqual([type]);
});

test("the instant is that of the offset", () => {
  const date = dateTime().parse("2023-06-01T10:00:00.5+02:00", [], []);
  expect(date).toMatchObject({ instant: new Date("2023-06-01T08:00:00.500Z") });
});
