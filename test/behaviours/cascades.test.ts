import { expect, test } from "vitest";
import { oneFact, startBank, texts } from "./fixture.ts";

const OBSERVATION = "11111111-1111-8111-8111-111111111111";

/** Two facts, and an observation that rests on both; they count as consolidated. */
async function observedBank() {
  const bank = await startBank({ facts: oneFact, config: { enable_auto_consolidation: false } });
  await bank.retain(
    { content: "Ann swims.", document_id: "a" },
    { content: "Ann swims on Mondays.", document_id: "b" },
  );
  const { database } = bank.app.engine.context;
  await database.query("UPDATE memory_units SET consolidated_at = created_at");
  await database.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, embedding, proof_count, source_memory_ids,
       created_at, updated_at)
     SELECT bank_key, $1, 100, 'observation', 'Ann is a swimmer.', (array_agg(embedding))[1], 2, array_agg(unit_id),
       min(created_at), min(created_at) FROM memory_units GROUP BY bank_key`,
    [OBSERVATION],
  );
  await database.query("UPDATE banks SET revision = revision + 1, rewritten_at_revision = revision + 1");
  const ids = async () => {
    const { body } = await bank.send("GET", "/memories/list?type=world");
    return Object.fromEntries(body.items.map((item: { text: string; id: string }) => [item.text, item.id]));
  };
  const pending = () => texts(bank, "?consolidation_state=pending");
  return { bank, ids, pending };
}

test("an observation that loses one source is deleted, and its other sources are to be looked at again", async () => {
  const { bank, pending } = await observedBank();
  expect((await bank.send("GET", `/memories/${OBSERVATION}`)).body.source_memory_ids).toHaveLength(2);
  await bank.send("DELETE", "/documents/a");
  expect((await bank.send("GET", `/memories/${OBSERVATION}`)).status).toBe(404);
  expect(await pending()).toEqual(["Ann swims on Mondays."]);
});

test("an edit does the same, and the edited fact is to be looked at again as well", async () => {
  const { bank, ids, pending } = await observedBank();
  const { "Ann swims.": id } = await ids();
  expect((await bank.send("PATCH", `/memories/${id}`, { text: "Ann swims daily." })).status).toBe(200);
  expect((await bank.send("GET", `/memories/${OBSERVATION}`)).status).toBe(404);
  expect(await pending()).toEqual(["Ann swims daily.", "Ann swims on Mondays."]);
});

test("invalidating moves a fact to the archive, restoring brings it back", async () => {
  const { bank, ids } = await observedBank();
  const { "Ann swims.": id } = await ids();
  const archived = await bank.send("PATCH", `/memories/${id}`, { state: "invalidated", reason: "wrong" });
  expect(archived.body).toMatchObject({ state: "invalidated", invalidation_reason: "wrong", entities: [] });
  expect(await texts(bank)).toEqual(["Ann swims on Mondays."]);
  expect(await texts(bank, "?state=invalidated")).toEqual(["Ann swims."]);
  const restored = await bank.send("PATCH", `/memories/${id}`, { state: "valid" });
  expect(restored.body).toMatchObject({ state: "valid", invalidation_reason: null, invalidated_at: null });
  expect(await texts(bank)).toEqual(["Ann swims on Mondays.", "Ann swims."]);
});
