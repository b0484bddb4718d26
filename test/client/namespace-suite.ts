import { beforeAll, describe, expect, type MockInstance, test, vi } from "vitest";
import type { HindsightClient } from "../../src/client/hindsight-client.ts";

const NOTE = "Nils repaired the lighthouse lamp. Greta keeps bees on the island.";
const UUID = /^[0-9a-f-]{36}$/;
const NAMESPACES = [
  "banks",
  "mentalModels",
  "directives",
  "memories",
  "documents",
  "entities",
  "operations",
] as const;

/** A server that the suite runs on. */
export interface ServerUnderTest {
  client: HindsightClient;
  /** Resolves when nothing of the bank goes on in the background. */
  settled(bankId: string): Promise<void>;
  /** Whether a mental model can be made of its text. */
  takesContent: boolean;
}

/** Every method of every namespace, on a server of any make. */
export function describeNamespaces(server: () => ServerUnderTest): void {
  const calls = new Map<string, MockInstance>();
  beforeAll(() => {
    for (const name of NAMESPACES) {
      // Methods alone are on the prototype; each is still done.
      const namespace: Record<string, () => unknown> = Object.getPrototypeOf(server().client[name]);
      for (const method of Object.getOwnPropertyNames(namespace)) {
        if (method !== "constructor") calls.set(`${name}.${method}`, vi.spyOn(namespace, method));
      }
    }
    return () => vi.restoreAllMocks();
  });

  /** A bank that retains without a model. */
  async function makeBank(bankId: string): Promise<HindsightClient> {
    const { client } = server();
    await client.banks.create(bankId, { retainExtractionMode: "chunks", enableObservations: false });
    return client;
  }

  describe("banks", () => {
    test("are made, described, changed and deleted", async () => {
      const { banks } = server().client;
      const made = await banks.create("crew", { name: "The crew", mission: "Know the island." });
      expect(made).toMatchObject({ bank_id: "crew", name: "The crew", mission: "Know the island." });
      await banks.setMission("crew", "Know the harbour.");
      await banks.setDisposition("crew", { skepticism: 5, empathy: 1 });
      expect(await banks.get("crew")).toEqual({
        bank_id: "crew",
        name: "The crew",
        disposition: { skepticism: 5, literalism: 3, empathy: 1 },
        mission: "Know the harbour.",
        background: "Know the harbour.",
      });
      await banks.setMission("crew", "");
      expect((await banks.get("crew")).mission).toBe("");
      expect(await banks.delete("crew")).toMatchObject({ success: true });
      await expect(banks.get("crew")).rejects.toMatchObject({ statusCode: 404 });
      expect(await banks.delete("crew")).toMatchObject({ success: true, deleted_count: 0 });
    });

    test("have a configuration", async () => {
      const { banks } = server().client;
      await banks.create("configured");
      const { overrides } = await banks.updateConfig("configured", { retainMission: "Remember names." });
      expect(overrides).toEqual({ retain_mission: "Remember names." });
      expect((await banks.config("configured")).config).toMatchObject({ retain_mission: "Remember names." });
      expect((await banks.resetConfig("configured")).overrides).toEqual({});
    });

    test("are listed in pages, and by a part of what they are called", async () => {
      const { banks } = server().client;
      for (const number of [1, 2, 3]) await banks.create(`listed-${number}`, { name: `Number ${number}` });
      const found = await banks.list({ q: "listed-", limit: 2 });
      expect(found).toMatchObject({ total: 3, limit: 2, offset: 0 });
      expect(found.banks).toHaveLength(2);
      const ids = (await banks.list()).banks.map(({ bank_id }) => bank_id);
      expect(ids).toEqual(expect.arrayContaining(["listed-1", "listed-2", "listed-3"]));
    });

    test("are told apart from others whose names are parts of theirs", async () => {
      const { banks } = server().client;
      for (const id of ["har_our", "harbour", "harbour-2"]) await banks.create(id, { name: `Of ${id}` });
      expect((await banks.get("harbour")).name).toBe("Of harbour");
      expect((await banks.get("har_our")).name).toBe("Of har_our");
    });
  });

  test("getBankProfile, which the official client asks a removed route for, answers", async () => {
    const { client } = server();
    await client.banks.create("profiled", { mission: "Help users" });
    expect(await client.getBankProfile("profiled")).toMatchObject({ mission: "Help users" });
  });

  test("directives are made, listed, read, changed and deleted", async () => {
    const { directives } = await makeBank("directed");
    const { id } = await directives.create("directed", {
      name: "tone",
      content: "Be brief.",
      tags: ["style"],
      priority: 2,
    });
    expect(await directives.get("directed", id)).toMatchObject({
      name: "tone",
      content: "Be brief.",
      tags: ["style"],
      priority: 2,
    });
    expect((await directives.list("directed")).items.map((item) => item.id)).toEqual([id]);
    const changed = await directives.update("directed", id, { content: "Be kind." });
    expect(changed).toMatchObject({ name: "tone", content: "Be kind." });
    await directives.delete("directed", id);
    await expect(directives.get("directed", id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(directives.delete("directed", id)).rejects.toMatchObject({ statusCode: 404 });
  });

  test("memories are listed, read, changed and cleared", async () => {
    const { memories, retain } = bound(await makeBank("remembering"));
    await retain("remembering", NOTE, { documentId: "note" });
    const { items, total } = await memories.list("remembering", { type: "world", limit: 50 });
    expect(total).toBeGreaterThan(0);
    const id = String(items[0]?.id);
    expect(await memories.get("remembering", id)).toMatchObject({ id, type: "world", state: "valid" });
    expect(await memories.history("remembering", id)).toEqual([]);
    await memories.update("remembering", id, { state: "invalidated", reason: "gone", signal: never() });
    expect(await memories.get("remembering", id)).toMatchObject({
      state: "invalidated",
      invalidation_reason: "gone",
    });
    await memories.update("remembering", id, { state: "valid" });
    await memories.update("remembering", id, { context: "edited", occurredStart: "2023-05-03" });
    expect(await memories.get("remembering", id)).toMatchObject({
      context: "edited",
      occurred_start: expect.stringMatching(/^2023-05-03/),
    });
    expect(await memories.clear("remembering", { type: "experience" })).toMatchObject({ success: true });
    expect((await memories.list("remembering")).total).toBe(total);
    await memories.clear("remembering");
    expect((await memories.list("remembering")).total).toBe(0);
  });

  test("documents are listed, read, changed, read anew and deleted", async () => {
    const { documents, retain } = bound(await makeBank("documented"));
    await retain("documented", NOTE, { documentId: "note" });
    await retain("documented", "The ferry is blue.", { documentId: "boats/ferry" });
    expect((await documents.list("documented", { limit: 1 })).total).toBe(2);
    expect(await documents.get("documented", "note")).toMatchObject({ id: "note", original_text: NOTE });
    expect(await documents.get("documented", "no-such")).toBeNull();
    expect((await documents.chunks("documented", "note", { limit: 5 })).items).toHaveLength(1);
    expect(await documents.update("documented", "note", { tags: ["log"] })).toMatchObject({ success: true });
    const { operation_id } = await documents.reprocess("documented", "note");
    expect(operation_id).toMatch(UUID);
    await server().settled("documented");
    await documents.delete("documented", "note");
    expect((await documents.list("documented")).items).toMatchObject([{ id: "boats/ferry" }]);
    await expect(documents.delete("documented", "note")).rejects.toMatchObject({ statusCode: 404 });
  });

  test("entities are listed, read, and shown with whom they occur", async () => {
    const { entities, retain } = bound(await makeBank("peopled"));
    await retain("peopled", NOTE, { entities: [{ text: "Nils" }, { text: "Greta" }] });
    const { items, total } = await entities.list("peopled", { limit: 1 });
    expect([items.length, total]).toEqual([1, 2]);
    const id = String(items[0]?.id);
    expect(await entities.get("peopled", id)).toMatchObject({ id, canonical_name: items[0]?.canonical_name });
    expect((await entities.graph("peopled", { minCount: 1 })).nodes).toHaveLength(2);
    expect((await entities.graph("peopled", { minCount: 99 })).edges).toEqual([]);
  });

  test("operations are listed, read, cancelled, tried again and deleted", async () => {
    const { operations, retain } = bound(await makeBank("operating"));
    const { operation_id } = await retain("operating", NOTE, { async: true });
    const id = String(operation_id);
    await server().settled("operating");
    expect(await operations.get("operating", id)).toMatchObject({ status: "completed" });
    expect((await operations.list("operating", { status: "completed" })).operations.length).toBeGreaterThan(
      0,
    );
    const [child] = (await operations.list("operating", { excludeParents: true, type: "retain" })).operations;
    const details = await operations.get("operating", String(child?.id), { includePayload: true });
    expect(details.task_payload).not.toBeNull();
    for (const late of ["cancel", "retry"] as const) {
      await expect(operations[late]("operating", id)).rejects.toMatchObject({ statusCode: 409 });
    }
    expect(await operations.delete("operating", id)).toMatchObject({ success: true });
    expect((await operations.get("operating", id)).status).toBe("not_found");
    await expect(operations.cancel("operating", id)).rejects.toMatchObject({ statusCode: 404 });
  });

  describe("mental models", () => {
    test("are made of a query, listed, read, changed, refreshed, emptied and deleted", async () => {
      const { mentalModels } = await makeBank("modelled");
      const made = await mentalModels.create("modelled", {
        id: "bees",
        name: "Bees",
        sourceQuery: "Who keeps bees?",
        tags: ["island"],
        maxTokens: 512,
      });
      expect(made).toEqual({ mental_model_id: "bees", operation_id: expect.stringMatching(UUID) });
      await server().settled("modelled");
      expect(await mentalModels.get("modelled", "bees")).toMatchObject({
        source_query: "Who keeps bees?",
        tags: ["island"],
        max_tokens: 512,
      });
      expect((await mentalModels.get("modelled", "bees", { detail: "metadata" })).source_query).toBeNull();
      expect((await mentalModels.list("modelled", { tags: ["island"] })).items).toMatchObject([
        { id: "bees" },
      ]);
      expect(await mentalModels.update("modelled", "bees", { name: "Hives" })).toMatchObject({
        name: "Hives",
      });
      const { operation_id } = await mentalModels.refresh("modelled", "bees");
      expect(operation_id).toMatch(UUID);
      await server().settled("modelled");
      expect(await mentalModels.dryRunRefresh("modelled", "bees")).toMatchObject({ mental_model_id: "bees" });
      expect(await mentalModels.history("modelled", "bees")).toEqual(expect.any(Array));
      expect(await mentalModels.clear("modelled", "bees")).toMatchObject({ content: "" });
      await mentalModels.delete("modelled", "bees");
      await expect(mentalModels.get("modelled", "bees")).rejects.toMatchObject({ statusCode: 404 });
    });

    const preferences = { id: "preferences", name: "User Preferences", content: "Prefers dark mode" };
    const sourceQuery = "What does the user prefer?";

    test("that are made of their text have it, or the call says that they have not", async () => {
      const { mentalModels } = await makeBank("preferring");
      const made = mentalModels.create("preferring", preferences);
      if (server().takesContent) {
        expect(await made).toEqual({ mental_model_id: "preferences", operation_id: null });
        expect(await mentalModels.get("preferring", "preferences")).toMatchObject({
          content: preferences.content,
        });
        return;
      }
      await expect(made).rejects.toMatchObject({ code: "CONTENT_IGNORED" });
      expect((await mentalModels.list("preferring")).items).toEqual([]);
    });

    test("of which the text was ignored are not left half made", async () => {
      const { mentalModels, operations } = await makeBank("half-made");
      const made = mentalModels.create("half-made", { ...preferences, sourceQuery });
      if (server().takesContent) {
        expect(await made).toEqual({ mental_model_id: "preferences", operation_id: null });
        expect(await mentalModels.get("half-made", "preferences")).toMatchObject({
          content: preferences.content,
          source_query: sourceQuery,
        });
        return;
      }
      await expect(made).rejects.toMatchObject({
        code: "CONTENT_IGNORED",
        what: expect.stringMatching(/"preferences".*removed again/),
      });
      expect((await mentalModels.list("half-made")).items).toEqual([]);
      const open = ["pending", "processing"];
      const left = (await operations.list("half-made")).operations;
      expect(left.filter(({ status }) => open.includes(status))).toEqual([]);
    });
  });

  test("a bank that is bound has all of this without its id", async () => {
    const bank = server().client.bank("bound");
    await bank.create({ name: "Bound", retainExtractionMode: "chunks", enableObservations: false });
    await bank.retain("Nils repaired the lamp.", { documentId: "note" });
    expect((await bank.recall("Who repaired the lamp?")).results[0]?.text).toMatch(/Nils/);
    expect((await bank.documents.list()).total).toBe(1);
    expect((await bank.memories.list({ type: "world" })).total).toBe(1);
    const { id } = await bank.directives.create({ name: "tone", content: "Be brief." });
    await bank.directives.delete(id);
    await bank.setMission("Help users");
    expect(await bank.get()).toMatchObject({ bank_id: "bound", name: "Bound", mission: "Help users" });
    await bank.delete();
    await expect(bank.get()).rejects.toMatchObject({ statusCode: 404 });
  });

  test("none is left out", () => {
    const left = [...calls].flatMap(([name, spy]) => (spy.mock.calls.length > 0 ? [] : [name]));
    expect(left).toEqual([]);
    expect(calls.size).toBeGreaterThan(NAMESPACES.length);
  });
}

/** The client's methods beside its namespaces, which can be taken apart. */
function bound(client: HindsightClient) {
  const { memories, documents, entities, operations } = client;
  return { memories, documents, entities, operations, retain: client.retain.bind(client) };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
