import { expect, test } from "vitest";
import { retain } from "../../../src/engine/retain/retain.ts";
import { createTestDatabase } from "../../support/database.ts";
import { item, model, rows, SETTINGS, testContext } from "./fixture.ts";

const ADDRESS = { sandboxId: "", bankId: "b" };

test.each([
  ["what was stored of a retain that fails", ["good", "bad"], 1],
  ["nothing of one that stored nothing", ["bad"], 0],
])("a consolidation is queued for %s", async (_, texts, consolidations) => {
  const { database } = await createTestDatabase();
  const llm = model((text) => (text === "bad" ? new Error("overloaded") : { facts: [{ what: text }] }));
  const items = texts.map((text) => item(text, { documentId: text }));
  await expect(
    retain(testContext(database, { llm }), ADDRESS, items, { settings: SETTINGS }),
  ).rejects.toMatchObject({ kind: "llm_failed" });
  const queued = await rows(database, "SELECT FROM operations WHERE operation_type = 'consolidation'");
  expect(queued).toHaveLength(consolidations);
});
