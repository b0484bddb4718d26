import { expect, test } from "vitest";
import { OfflineModel } from "../../src/llm/offline/offline-model.ts";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

test("what is written to a bank that is deleted at this moment is stored in a new one, or told that it is gone", {
  timeout: 60_000,
}, async () => {
  const { send, logged } = await startApp({ llm: new OfflineModel() });
  const items = [{ content: "Ann likes tea.", document_id: "d" }];
  const writes: [method: string, path: string, body: unknown][] = [
    ["POST", "/memories", { items }],
    ["POST", "/memories", { items, async: true }],
    ["POST", "/consolidate", {}],
    ["POST", "/directives", { name: "n", content: "c" }],
    ["PATCH", "/config", { updates: { retain_chunk_size: 500 } }],
    ["PUT", "", { name: "n" }],
  ];
  const statuses = new Set<number>();
  for (let round = 0; round < 12; round++) {
    const answers = await Promise.all([
      ...writes.map(([method, path, body]) => send(method, BANK + path, body)),
      send("DELETE", BANK),
      ...writes.map(([method, path, body]) => send(method, BANK + path, body)),
    ]);
    for (const { status } of answers) statuses.add(status);
  }
  statuses.delete(201);
  expect([...statuses].sort()).toEqual([200, 404]);
  expect(logged.filter((line) => line.startsWith("error"))).toEqual([]);
});
