import { expect, test } from "vitest";
import { startBank } from "./fixture.ts";

test("without a model chunks are stored, nothing is observed, and reflect is refused", async () => {
  const bank = await startBank();
  await bank.retain({ content: "Tom keeps bees.", document_id: "d" });
  const { body: list } = await bank.send("GET", "/memories/list");
  expect(list.items).toMatchObject([{ text: "Tom keeps bees.", fact_type: "world", document_id: "d" }]);
  const { body: version } = await bank.app.send("GET", "/version");
  expect(version.features.observations).toBe(false);
  expect((await bank.send("POST", "/reflect", { query: "Who keeps bees?" })).status).toBe(400);
  await bank.settled();
  expect((await bank.send("GET", "/operations?type=consolidation")).body.total).toBe(0);
});

test("an asynchronous batch completes, and every document has units", async () => {
  const bank = await startBank();
  const items = Array.from({ length: 40 }, (_, n) => ({
    content: `Note ${n} of the log.`,
    document_id: `d${n}`,
  }));
  const { body } = await bank.send("POST", "/memories", { items, async: true });
  expect(body).toMatchObject({ success: true, items_count: 40, usage: null });
  await bank.settled();
  const operation = await bank.send("GET", `/operations/${body.operation_id}`);
  expect(operation.body).toMatchObject({ status: "completed", result_metadata: { unit_ids_count: 40 } });
  const { body: documents } = await bank.send("GET", "/documents?limit=100");
  expect(documents.items).toHaveLength(40);
  for (const { memory_unit_count } of documents.items) expect(memory_unit_count).toBe(1);
});
