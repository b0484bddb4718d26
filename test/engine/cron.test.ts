import { expect, test } from "vitest";
import { isCronExpression, lastFire } from "../../src/engine/cron.ts";

const NOW = new Date("2024-02-14T11:37:20Z"); // A Wednesday.
const last = (cron: string, now = NOW) => lastFire(cron, now)?.toISOString().slice(0, 19);

test.each([
  ["0 3 * * *", "2024-02-14T03:00:00"],
  ["*/15 * * * * 30", "2024-02-14T11:30:30"],
  ["@weekly", "2024-02-11T00:00:00"],
  ["0 3 * * fri-mon", "2024-02-12T03:00:00"],
  ["0 3 * nov-jan *", "2024-01-31T03:00:00"],
  ["50-10 11 * * *", "2024-02-14T11:10:00"],
  ["0 3 L * *", "2024-01-31T03:00:00"],
  ["0 3 * * L5", "2024-01-26T03:00:00"],
  ["0 3 * * 1#2", "2024-02-12T03:00:00"],
  ["0 3 1-7 * 1", "2024-02-12T03:00:00"],
  ["0 3 ? * 7", "2024-02-11T03:00:00"],
  ["*/90 * * * *", "2024-02-14T11:00:00"],
  ["0 3 31 2 *", undefined],
])("%s fired last at %s", (cron, fired) => {
  expect(isCronExpression(cron)).toBe(true);
  expect(last(cron)).toBe(fired);
});

test("a schedule that fires now has fired, to the millisecond", () => {
  expect(last("0 3 * * *", new Date("2024-02-14T03:00:00Z"))).toBe("2024-02-14T03:00:00");
  expect(last("0 3 * * *", new Date("2024-02-14T02:59:59.999Z"))).toBe("2024-02-13T03:00:00");
});

test("a value that is left to the server is the same whenever it is asked for", () => {
  const minute = last("R(10-20) 3 * * *");
  expect(minute).toMatch(/^2024-02-14T03:(1\d|20):00$/);
  expect(last("R(10-20) 3 * * *")).toBe(minute);
});

test.each([
  "",
  "0 3 * *",
  "60 3 * * *",
  "0 3 32 * *",
  "0 3 * 13 *",
  "0 3 * * 8",
  "/15 * * * *",
  "*/0 * * * *",
  "? 3 * * *",
  "0 3 * * 5L",
  "0 3 * * 1#6",
  "* * * * * * * *",
  "@reboot",
  "every day",
])("%s is no schedule", (cron) => {
  expect(isCronExpression(cron)).toBe(false);
});
