import { expect, test } from "vitest";
import { startBank } from "./fixture.ts";

test.each(["a/b/c", "two words", "ünï·códe 漢字 🐝", "per%cent", "quote'\"s", "_under~score_"])(
  "a document's id %j comes back as it went",
  async (id) => {
    const bank = await startBank();
    await bank.retain({ content: "Tom keeps bees.", document_id: id });
    const path = `/documents/${encodeURIComponent(id)}`;
    expect((await bank.send("GET", path)).body).toMatchObject({ id, original_text: "Tom keeps bees." });
    const { body: chunks } = await bank.send("GET", `${path}/chunks`);
    expect(chunks.items).toMatchObject([{ document_id: id, chunk_index: 0 }]);
    const chunkId = chunks.items[0].chunk_id;
    const chunk = await bank.app.send("GET", `/v1/default/chunks/${encodeURIComponent(chunkId)}`);
    expect(chunk.body).toMatchObject({ chunk_id: chunkId, chunk_text: "Tom keeps bees." });
    expect((await bank.send("DELETE", path)).body).toMatchObject({ memory_units_deleted: 1 });
  },
);

test("deleting a bank that is not there is no error", async () => {
  const { app } = await startBank();
  const answer = await app.send("DELETE", "/v1/default/banks/nowhere");
  expect(answer).toMatchObject({ status: 200, body: { success: true, deleted_count: 0 } });
});

test("clearing a bank's memories keeps the bank and its configuration", async () => {
  const bank = await startBank({ config: { retain_mission: "Names." } });
  await bank.retain({ content: "Tom keeps bees.", document_id: "d" });
  expect((await bank.send("DELETE", "/memories")).body).toMatchObject({ deleted_count: 1 });
  expect((await bank.send("GET", "/documents")).body.total).toBe(0);
  expect((await bank.send("GET", "/config")).body.overrides).toMatchObject({ retain_mission: "Names." });
});
