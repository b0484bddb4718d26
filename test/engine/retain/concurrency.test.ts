import { describe, expect, onTestFinished, test } from "vitest";
import type { EngineContext } from "../../../src/engine/context.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { retain } from "../../../src/engine/retain/retain.ts";
import type { RetainItem } from "../../../src/engine/types.ts";
import type { Database } from "../../../src/store/database.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";
import { promiseWithResolvers } from "../../support/promise.ts";
import { documentIds, item, model, rows, SETTINGS, testContext } from "./fixture.ts";

const ADDRESS = { sandboxId: "", bankId: "b" };

function write(context: EngineContext, text: string, changes: Partial<RetainItem> = {}) {
  return retain(context, ADDRESS, [item(text, { documentId: "d", ...changes })], { settings: SETTINGS });
}

/** A server whose model holds its answers to one text back. */
function held(database: Database, text: string) {
  const asked = promiseWithResolvers();
  const released = promiseWithResolvers();
  const llm = model(async (chunk) => {
    if (chunk === text) {
      asked.resolve();
      await released.promise;
    }
    return { facts: [{ what: chunk }] };
  });
  return { context: testContext(database, { llm }), asked: asked.promise, release: released.resolve };
}

const TEXT = "SELECT original_text AS text FROM documents";
const FACTS = "SELECT text FROM memory_units ORDER BY position";

describe("a document that several write at once", () => {
  test("holds what the one that began last has written, whoever is done last", async () => {
    const { database } = await createTestDatabase();
    const { context, asked, release } = held(database, "early");
    const early = write(context, "early");
    await asked;
    await write(context, "late");
    release();
    expect(documentIds(await early)).toEqual([]);
    expect(await rows(database, TEXT)).toEqual([{ text: "late" }]);
    expect(await rows(database, FACTS)).toEqual([{ text: "late" }]);
  });

  test("is not drafted again by one that has lost already", async () => {
    const { database } = await createTestDatabase();
    const settings = { ...SETTINGS, retainChunkSize: 12 };
    const asked: string[] = [];
    const reached = promiseWithResolvers();
    const released = promiseWithResolvers();
    const llm = model(async (text) => {
      asked.push(text);
      if (text === "early") {
        reached.resolve();
        await released.promise;
      }
      return { facts: [{ what: text }] };
    });
    const context = testContext(database, { llm });
    const replace = (text: string) =>
      retain(context, ADDRESS, [item(text, { documentId: "d" })], { settings });
    await replace("the same one\n\nold");
    const early = replace("the same one\n\nearly");
    await reached.promise;
    await replace("the same one\n\nlate");
    released.resolve();
    expect(documentIds(await early)).toEqual([]);
    expect(asked.filter((text) => text === "early")).toHaveLength(1);
    expect(await rows(database, TEXT)).toEqual([{ text: "the same one\n\nlate" }]);
  });

  test("is never a mixture of them", async () => {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    const settings = { ...SETTINGS, retainChunkSize: 12 };
    const texts = Array.from({ length: 10 }, (_, index) => `first of ${index}\n\nlast of ${index}`);
    await Promise.all(
      texts.map((text) => retain(context, ADDRESS, [item(text, { documentId: "d" })], { settings })),
    );
    const [document] = await rows<{ text: string }>(database, TEXT);
    const pieces = document?.text.split("\n\n") ?? [];
    expect(await rows(database, FACTS)).toEqual(pieces.map((text) => ({ text })));
    expect(await rows(database, "SELECT chunk_text AS text FROM chunks ORDER BY chunk_index")).toEqual(
      pieces.map((text) => ({ text })),
    );
  });

  test("takes in what one appends while another replaces it", async () => {
    const { database } = await createTestDatabase();
    const { context, asked, release } = held(database, "added");
    await write(context, "old");
    const append = write(context, "added", { updateMode: "append" });
    await asked;
    await write(context, "new");
    release();
    await append;
    expect(await rows(database, TEXT)).toEqual([{ text: "new\nadded" }]);
    expect(await rows(database, FACTS)).toEqual([{ text: "new" }, { text: "added" }]);
  });

  test("is not taken for the one that was deleted when it is made again", async () => {
    const { database } = await createTestDatabase();
    const { context, asked, release } = held(database, "added");
    await write(context, "old");
    const append = write(context, "added", { updateMode: "append" });
    await asked;
    await database.query("DELETE FROM documents");
    await write(context, "new");
    release();
    await append;
    expect(await rows(database, TEXT)).toEqual([{ text: "new\nadded" }]);
    expect(await rows(database, FACTS)).toEqual([{ text: "new" }, { text: "added" }]);
  });

  test("takes in what servers that do not know of each other append", async () => {
    const { database } = await createTestDatabase();
    const { context, asked, release } = held(database, "left");
    await write(context, "start");
    const left = write(context, "left", { updateMode: "append" });
    await asked;
    await write(testContext(database, { llm: model() }), "right", { updateMode: "append" });
    release();
    await left;
    const [document] = await rows<{ text: string }>(database, TEXT);
    expect(document?.text).toBe("start\nright\nleft");
    const facts = await rows<{ text: string }>(database, FACTS);
    expect(facts.map(({ text }) => text).sort()).toEqual(["left", "start\nright"]);
  });
});

test("of a document that takes several runs nothing is stored when the last one fails", async () => {
  const { database } = await createTestDatabase();
  const llm = model((text) => (text.includes("bad") ? new Error("overloaded") : { facts: [{ what: text }] }));
  const context = engineContext(database, { llm }, { HINDSIGHT_API_RETAIN_BATCH_TOKENS: "4" });
  const settings = { ...SETTINGS, retainChunkSize: 16 };
  const text = "one two three\n\nfour five six\n\nbad eight nine";
  await expect(
    retain(context, ADDRESS, [item(text, { documentId: "d" })], { settings }),
  ).rejects.toMatchObject({ kind: "llm_failed" });
  for (const table of ["documents", "chunks", "memory_units", "entities"]) {
    expect(await rows(database, `SELECT FROM ${table}`)).toEqual([]);
  }
});

describe("a server that has stored facts, and has not linked them", () => {
  const LINKS = `SELECT f.text AS "from", t.text AS "to", link_type, weight FROM memory_links
    JOIN memory_units f ON f.unit_id = from_unit_id JOIN memory_units t ON t.unit_id = to_unit_id ORDER BY 1, 2, 3`;

  async function stored(endsBefore: string | undefined) {
    const { database } = await createTestDatabase();
    const context = testContext(database, { llm: model() });
    const vectors = Object.assign(Object.create(context.vectors), {
      neighbours: () => Promise.reject(new Error("the end")),
    });
    for (const text of ["Ada sails", "Ada sails far", "Ada sails home"]) {
      await write(text === endsBefore ? { ...context, vectors } : context, text, { documentId: text });
    }
    return { database, context };
  }

  test.each([
    ["could not link them, and goes on", "SELECT"],
    ["ended before it could", "DELETE FROM operations"],
  ])("%s: the upkeep of the graph links as if nothing had happened since", async (_, meanwhile) => {
    const whole = await stored(undefined);
    const ended = await stored("Ada sails far");
    const links = await rows(whole.database, LINKS);
    expect(await rows(ended.database, LINKS)).not.toEqual(links);
    await ended.database.query(meanwhile);
    const engine = new Engine(ended.context);
    onTestFinished(() => engine.worker.stop());
    await engine.start();
    const settling = await waitUntilSettled(engine.context, engine.worker.changes, ADDRESS, {
      signal: new AbortController().signal,
      timeoutMs: 10_000,
    });
    expect(settling).toEqual({ outcome: "settled" });
    expect(await rows(ended.database, LINKS)).toEqual(links);
    expect(await rows(ended.database, "SELECT FROM link_queue")).toEqual([]);
  });
});
