import { expect, test } from "vitest";
import { createMentalModel } from "../../../src/engine/mental-models/mental-models.ts";
import { searchMentalModels } from "../../../src/engine/mental-models/search.ts";
import { DEFAULT_TRIGGER } from "../../../src/engine/mental-models/trigger.ts";
import { findBank } from "../../../src/store/banks.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";
import { seedMemories } from "../../support/memories.ts";

const ADDRESS = { sandboxId: "", bankId: "b" };

/** A bank with mental models of these names; a tag is written behind a `#`. */
async function startBank(...names: string[]) {
  const { database } = await createTestDatabase();
  const context = engineContext(database);
  for (const given of names) {
    const [name = "", ...tags] = given.split("#");
    const model = { id: name, name, sourceQuery: "?", tags, maxTokens: 2048, trigger: DEFAULT_TRIGGER };
    // Without a model it is made all the same.
    await expect(createMentalModel(context, ADDRESS, model)).rejects.toThrow("requires an LLM provider");
  }
  const bank = await findBank(database, ADDRESS);
  if (!bank) throw new Error("There is no bank");
  const search = async (query: string, options: Partial<Parameters<typeof searchMentalModels>[2]> = {}) => {
    const hits = await searchMentalModels(context, bank.bankKey, { query, limit: 5, ...options });
    return hits.map(({ name }) => name);
  };
  return { context, database, bankKey: bank.bankKey, search };
}

test("finds the nearest first, whatever is asked; equals by id", async () => {
  const { search, context, bankKey } = await startBank("bread and flour", "sails and ropes", "zzz", "yyy");
  expect((await search("flour for the bread"))[0]).toBe("bread and flour");
  expect((await search("ropes"))[0]).toBe("sails and ropes");
  const [hit] = await searchMentalModels(context, bankKey, { query: "sails and ropes", limit: 1 });
  expect(hit).toMatchObject({ mentalModelId: "sails and ropes", relevance: 1, isStale: false });
  // A query that is near nothing.
  expect(await search("!")).toEqual(["bread and flour", "sails and ropes", "yyy", "zzz"]);
});

test("leaves out what is excluded or has other tags", async () => {
  const { search } = await startBank("bread#food", "cheese#food#dairy", "sails");
  expect(await search("bread", { limit: 1 })).toEqual(["bread"]);
  expect(await search("bread", { excludedIds: ["bread"], limit: 1 })).not.toContain("bread");
  expect(await search("bread", { tags: { tags: ["dairy"], match: "all_strict" } })).toEqual(["cheese"]);
  expect((await search("bread", { tags: { tags: ["dairy"], match: "any" } })).sort()).toEqual([
    "cheese",
    "sails",
  ]);
});

test("says which are stale: of what was written since, only what they are about counts", async () => {
  const { context, database, bankKey } = await startBank("all", "food#food");
  const stale = async () => {
    const hits = await searchMentalModels(context, bankKey, { query: "x", limit: 5 });
    return hits.flatMap(({ name, isStale }) => (isStale ? [name] : [])).sort();
  };
  expect(await stale()).toEqual([]);
  await seedMemories(database, "b", [{ text: "It rains." }]);
  expect(await stale()).toEqual(["all"]);
  await seedMemories(database, "b", [{ text: "Bread is baked.", tags: ["food"] }]);
  expect(await stale()).toEqual(["all", "food"]);
});
