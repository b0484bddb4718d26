import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";

const BANKS = "/v1/default/banks";

/** The memory that a process holds, in megabytes. */
function residentMemory(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

test("two hundred requests at once are all answered, and what they took is given back", {
  timeout: 120_000,
}, async () => {
  const { url } = await createTestDatabase();
  const { ready } = await started({
    database: { kind: "url", url },
    environment: { HINDSIGHT_API_LLM_PROVIDER: "offline" },
  });
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(ready.url + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { path, status: response.status, text: await response.text() };
  };
  const round = (n: number) =>
    Promise.all(
      Array.from({ length: 200 }, (_, i) => {
        const bank = `${BANKS}/bank-${i % 7}`;
        const items = [{ content: `Ada sailed to island ${n}-${i}.`, document_id: `d${i % 40}` }];
        if (i % 5 === 0) return send("POST", `${bank}/memories`, { items, async: true });
        if (i % 5 === 1) return send("POST", `${bank}/memories/recall`, { query: "Where did Ada sail?" });
        if (i % 5 === 2) return send("GET", `${bank}/operations`);
        if (i % 5 === 3) return send("PATCH", `${bank}/config`, { updates: { retain_mission: `${i}` } });
        return send("POST", `${bank}/memories`, { items });
      }),
    );
  for (let i = 0; i < 7; i++) await send("PUT", `${BANKS}/bank-${i}`, {});
  await round(0);
  const before = residentMemory(ready.pid);
  for (let n = 1; n <= 3; n++) {
    const answers = await round(n);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  }
  await vi.waitFor(
    async () => {
      const health = JSON.parse((await send("GET", "/health")).text);
      expect(health).toMatchObject({ status: "healthy", db_pool_waiting: 0 });
      for (let i = 0; i < 7; i++) {
        for (const status of ["pending", "processing"]) {
          const { text } = await send("GET", `${BANKS}/bank-${i}/operations?status=${status}`);
          expect(JSON.parse(text).total).toBe(0);
        }
      }
    },
    { timeout: 60_000 },
  );
  expect(residentMemory(ready.pid) - before).toBeLessThan(200);
});
