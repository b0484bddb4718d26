import { expect, test, vi } from "vitest";
import { scriptedModel, started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";

const BANK = "/v1/default/banks/b";
const WAITING = { timeout: 15_000, interval: 50 };
const HOUR_MS = 3_600_000;

/** In the daemon, before its first line: the wall's clock jumps to the next of these at each signal. Timers go on, as they do. */
const JUMPS = [48 * HOUR_MS, -72 * HOUR_MS];
const PRELOAD = `
  const Real = Date;
  const jumps = ${JSON.stringify(JUMPS)};
  let offset = 0;
  process.on("SIGUSR2", () => { offset = jumps.shift() ?? 0; });
  globalThis.Date = class Date extends Real {
    constructor(...parts) { super(...(parts.length === 0 ? [Real.now() + offset] : parts)); }
    static now() { return Real.now() + offset; }
  };`;

test("a clock that jumps ahead or back in the middle of work neither loses it nor does it twice", {
  timeout: 60_000,
}, async () => {
  const { url: databaseUrl } = await createTestDatabase();
  let { promise: answered, resolve: answer } = promiseWithResolvers();
  const facts = { json: { facts: [{ what: "Ada sails", fact_type: "world" }] } };
  const provider = await startScriptedOpenAi(() => ({ after: answered, answer: facts }));
  const { subprocess, ready } = await started(
    { database: { kind: "url", url: databaseUrl }, environment: scriptedModel(provider.baseUrl) },
    ["--import", `data:text/javascript,${encodeURIComponent(PRELOAD)}`],
  );
  const url = ready.url + BANK;
  const get = async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>>;
  const begin = async (content: string) => {
    const response = await fetch(`${url}/memories`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ async: true, items: [{ content }] }),
    });
    const { operation_id } = (await response.json()) as { operation_id: string };
    return () => get(`/operations/${operation_id}`);
  };

  for (const [n, jump] of JUMPS.entries()) {
    const operation = await begin(`Ada sails for the ${n}th time.`);
    await vi.waitFor(() => expect(provider.requests).toHaveLength(n + 1), WAITING);
    subprocess.kill("SIGUSR2");
    answer();
    await vi.waitFor(async () => expect((await operation()).status).toBe("completed"), WAITING);
    ({ promise: answered, resolve: answer } = promiseWithResolvers());
    // It has seen the jump.
    const { completed_at: last } = await operation();
    expect(Math.abs(new Date(String(last)).getTime() - (Date.now() + jump))).toBeLessThan(HOUR_MS);
  }
  expect(await get("/memories/list")).toMatchObject({ total: JUMPS.length });
  expect(provider.requests).toHaveLength(JUMPS.length);
  expect((await fetch(`${ready.url}/health`)).status).toBe(200);
  subprocess.stdin.end();
  expect((await subprocess).exitCode).toBe(0);
});
