import { expect, test } from "vitest";
import { instantAt, withFraction } from "../src/micro-date.ts";
import { createTestDatabase } from "./support/database.ts";

test.each([
  ["2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123456Z"],
  ["2024-01-01T00:00:00.000001Z", "2024-01-01T00:00:00.000001Z"],
  ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
  ["0500-06-01T12:00:00.100009Z", "0500-06-01T12:00:00.100009Z"],
  ["2024-01-01T00:00:00.120Z", "2024-01-01T00:00:00.120Z"],
  ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000Z"],
])("the database gives back %s as it got it", async (sent, shown) => {
  const { database } = await createTestDatabase();
  const read = async (value: unknown) =>
    (await database.query<{ at: Date }>("SELECT $1::timestamptz AS at", [value])).rows[0]?.at;
  const at = await read(sent);
  expect(at?.toISOString()).toBe(shown);
  expect((await read(at))?.toISOString()).toBe(shown);
});

test("what is computed with an instant keeps its microseconds", () => {
  const at = withFraction(Date.parse("2024-01-01T00:00:00Z"), "123456789");
  expect(instantAt(at.getTime() + 3_600_000).toISOString()).toBe("2024-01-01T01:00:00.123456Z");
  expect(instantAt(at.getTime() - 123.456).toISOString()).toBe("2024-01-01T00:00:00.000Z");
  expect(instantAt(at.getTime() + 0.0009).toISOString()).toBe("2024-01-01T00:00:00.123457Z");
  expect(at > new Date("2024-01-01T00:00:00.123Z")).toBe(true);
  expect(JSON.stringify(at)).toBe('"2024-01-01T00:00:00.123456Z"');
});

test("what is no date stays none", () => {
  expect(instantAt(Number.NaN).getTime()).toBeNaN();
  expect(withFraction(Number.NaN, "5").getTime()).toBeNaN();
});
