import { describe, expect, test } from "vitest";
import { deleteBank } from "../../../src/engine/banks/banks.ts";
import { BankGoneError } from "../../../src/engine/errors.ts";
import { ClaimLostError } from "../../../src/engine/queue/execution.ts";
import { retain } from "../../../src/engine/retain/retain.ts";
import { DatabaseUnavailableError } from "../../../src/store/database.ts";
import { createTestDatabase } from "../../support/database.ts";
import { item, model, rows, SETTINGS, testContext } from "./fixture.ts";

const ADDRESS = { sandboxId: "", bankId: "b" };

describe("a retain that may go on no more", () => {
  test.each([
    ["its claim is lost", new ClaimLostError("o")],
    ["the database is gone", new DatabaseUnavailableError(new Error("gone"))],
  ])("asks the model for nothing else: %s", async (_, reason) => {
    const { database } = await createTestDatabase();
    const asked: string[] = [];
    const context = testContext(database, {
      llm: model((text) => {
        asked.push(text);
        return { facts: [{ what: text }] };
      }),
    });
    const tracker = { reached: async () => {}, stored: () => Promise.reject(reason) };
    const items = Array.from({ length: 30 }, (_, index) => item(`${index}`, { documentId: `d${index}` }));
    await expect(retain(context, ADDRESS, items, { settings: SETTINGS, tracker })).rejects.toBe(reason);
    // Those that are extracted at the same time as the first, and none after them.
    expect(asked.length).toBeLessThanOrEqual(8);
    expect(await rows(database, "SELECT FROM documents")).toEqual([]);
  });

  test("asks the model for nothing else: its bank was deleted", async () => {
    const { database } = await createTestDatabase();
    let asked = 0;
    const context = testContext(database, {
      llm: model(async (text) => {
        if (asked++ === 0) await deleteBank(context, ADDRESS);
        return { facts: [{ what: text }] };
      }),
    });
    const items = Array.from({ length: 30 }, (_, index) => item(`${index}`, { documentId: `d${index}` }));
    await expect(retain(context, ADDRESS, items, { settings: SETTINGS })).rejects.toThrow(BankGoneError);
    expect(asked).toBeLessThanOrEqual(8);
    expect(await rows(database, "SELECT FROM banks")).toEqual([]);
  });
});
