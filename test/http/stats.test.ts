import { expect, test } from "vitest";
import type { Clock } from "../../src/engine/clock.ts";
import { StatsCache } from "../../src/engine/stats/stats-cache.ts";
import type { BankStats } from "../../src/store/bank-stats.ts";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";
const items = (...texts: string[]) => ({
  items: texts.map((content) => ({ content, document_id: content })),
});

test("statistics are kept until the bank is deleted, and read again when asked for", async () => {
  const { send } = await startApp();
  await send("PUT", BANK, {});
  const nodes = async (query = "") => (await send("GET", `${BANK}/stats${query}`)).body.total_nodes;
  expect(await nodes()).toBe(0);
  await send("POST", `${BANK}/memories`, items("One.", "Two."));
  expect([await nodes(), await nodes("?refresh=yes"), await nodes()]).toEqual([0, 2, 2]);
  await send("DELETE", BANK);
  await send("PUT", BANK, {});
  expect(await nodes()).toBe(0);
});

test("a series has all its stretches, the current one last", async () => {
  const { send } = await startApp();
  await send("PUT", BANK, {});
  await send("POST", `${BANK}/memories`, items("One."));
  const lengths = { "1h": 60, "12h": 12, "1d": 24, "7d": 7, "30d": 30, "90d": 90 };
  for (const [period, length] of Object.entries(lengths)) {
    const { body } = await send("GET", `${BANK}/stats/memories-timeseries?period=${period}`);
    expect([body.period, body.buckets.length]).toEqual([period, length]);
    expect(body.buckets.at(-1)).toEqual({
      time: "2025-01-01T00:00:00+00:00",
      world: 1,
      experience: 0,
      observation: 0,
    });
    expect(body.buckets.slice(0, -1).every(({ world }: { world: number }) => world === 0)).toBe(true);
  }
});

test("kept statistics end with their time, are shared by who asks at once, and a failure is not kept", async () => {
  let now = 0;
  const clock: Clock = { now: () => new Date(now), within: (_, work) => work(), onJump: () => {} };
  const cache = new StatsCache(clock, 60_000);
  let reads = 0;
  const read = async () => ({ totalDocuments: ++reads }) as BankStats;
  const documents = async (refresh = false) => (await cache.get("1", read, { refresh })).totalDocuments;
  await expect(cache.get("1", () => Promise.reject(new Error("down")), { refresh: false })).rejects.toThrow(
    "down",
  );
  expect(await Promise.all([documents(), documents()])).toEqual([1, 1]);
  now = 59_999;
  expect(await documents()).toBe(1);
  now = 60_000;
  expect(await documents()).toBe(2);
  cache.drop("1");
  expect([await documents(), await documents(true)]).toEqual([3, 4]);
});
