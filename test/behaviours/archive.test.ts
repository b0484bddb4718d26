import { expect, test } from "vitest";
import { startBank } from "./fixture.ts";

/** One document with two facts, the second of which the first one caused. */
async function causedBank() {
  let caused = true;
  const bank = await startBank({
    facts: () => [
      { what: "It rained.", fact_type: "world", entities: [] },
      {
        what: "The match was called off.",
        fact_type: "world",
        entities: [],
        ...(caused && { causal_relations: [{ target_index: 0, relation_type: "caused_by", strength: 1 }] }),
      },
    ],
    config: { enable_auto_consolidation: false },
  });
  const { database } = bank.app.engine.context;
  return {
    bank,
    database,
    retain: async (content: string, isCaused: boolean) => {
      caused = isCaused;
      await bank.retain({ content, document_id: "d" });
    },
    idOf: async (text: string): Promise<string> => {
      const { body } = await bank.send("GET", "/memories/list");
      return body.items.find((item: { text: string }) => item.text === text).id;
    },
    set: (id: string, state: string) => bank.send("PATCH", `/memories/${id}`, { state }),
    causes: async () => {
      const { rows } = await database.query("SELECT FROM memory_links WHERE link_type = 'caused_by'");
      return rows.length;
    },
  };
}

test("a restored fact has its cause again, but none of a document that went and was made again", async () => {
  const { bank, database, retain, idOf, set, causes } = await causedBank();
  await retain("first", true);
  expect(await causes()).toBe(1);
  const id = await idOf("It rained.");
  await set(id, "invalidated");
  expect(await causes()).toBe(0);
  await set(id, "valid");
  expect(await causes()).toBe(1);
  await set(id, "invalidated");
  await bank.send("DELETE", "/documents/d");
  const { rows } = await database.query("SELECT FROM parked_links");
  expect(rows).toHaveLength(0);
  await retain("first", false);
  // Ids are a function of the document and its writes.
  expect(await idOf("It rained.")).toBe(id);
  await set(id, "invalidated");
  await set(id, "valid");
  expect(await causes()).toBe(0);
});

test("a fact that was in the archive when its bank became large is in the index once it is restored", async () => {
  const { database, retain, idOf, set } = await causedBank();
  await retain("first", false);
  const id = await idOf("It rained.");
  await set(id, "invalidated");
  // What becoming large does to a bank.
  await database.query("UPDATE banks SET approximate = true");
  await database.query("UPDATE memory_units SET approximate = true");
  await set(id, "valid");
  const { rows } = await database.query<{ approximate: boolean }>("SELECT approximate FROM memory_units");
  expect(rows).toEqual([{ approximate: true }, { approximate: true }]);
});
