import {
  createClient,
  createConfig,
  HindsightClient,
  HindsightError,
  sdk,
} from "@vectorize-io/hindsight-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import type { StartedHindsightServer } from "../../src/server/started-server.ts";

/**
 * Every call of the official client, at a server as users start it. What the server has no route for yet must say so; a call that
 * a newer client adds fails the last test until it is made here.
 */
const BANK = "crew";
const NOTE =
  "Nils Halvorsen repaired the lighthouse lamp on 3 May 2023. Greta Halvorsen keeps bees on the island.";

let server: StartedHindsightServer;
let client: HindsightClient;
const called = new Set<string>();

beforeAll(async () => {
  server = await HindsightServer.start({ env: { HINDSIGHT_API_ENABLE_BANK_LLM_HEALTH: "true" } });
  client = new HindsightClient({ baseUrl: server.url });
});
afterAll(() => server?.stop());

/** Settles what was submitted, by the route that clients have for it. */
async function completed(operationId: string | null | undefined): Promise<string> {
  for (let look = 0; look < 500; look++) {
    const { data } = await low.getOperationStatus({
      path: { bank_id: BANK, operation_id: operationId ?? "" },
    });
    if (data?.status !== "pending" && data?.status !== "processing") return String(data?.status);
  }
  return "still open";
}

type Sdk = typeof sdk;
type Options = { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown };
interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are the client's own, and many
  data?: any;
  error?: unknown;
  response: Response;
}
/** The generated functions, bound to the server; each notes that it was called. */
const low = Object.fromEntries(
  Object.entries(sdk).map(([name, call]) => [
    name,
    (options: Options = {}) => {
      called.add(`sdk.${name}`);
      const bound = createClient(createConfig({ baseUrl: server.url }));
      return (call as (options: unknown) => Promise<Answer>)({ ...options, client: bound });
    },
  ]),
) as Record<keyof Sdk, (options?: Options) => Promise<Answer>>;

/** The methods of the client; each notes that it was called. */
function high(): HindsightClient {
  return new Proxy(client, {
    get(target, name, receiver) {
      if (typeof name === "string") called.add(name);
      const member: unknown = Reflect.get(target, name, receiver);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

const bank = { bank_id: BANK };

async function expectStatus(status: number, ...answers: Promise<Answer>[]): Promise<void> {
  const statuses = (await Promise.all(answers)).map(({ response }) => `${response.status} ${response.url}`);
  expect(statuses.filter((line) => !line.startsWith(`${status} `))).toEqual([]);
}

describe("the client's own methods", () => {
  test("banks and their configuration", async () => {
    const c = high();
    expect((await c.getVersion()).api_version).toBe("1.1.0");
    expect(await c.createBank(BANK, { name: "The crew" })).toMatchObject({ bank_id: BANK, name: "The crew" });
    expect(await c.setMission(BANK, "Know the island.")).toMatchObject({ mission: "Know the island." });
    await c.updateBankConfig(BANK, { retainMission: "Remember names." });
    expect((await c.getBankConfig(BANK)).overrides).toMatchObject({ retain_mission: "Remember names." });
    expect((await c.resetBankConfig(BANK)).overrides).toEqual({});
    // 1.1 has removed the route; the client still has the method.
    await expect(c.getBankProfile(BANK)).rejects.toMatchObject({ statusCode: 410 });
  });

  test("memories", async () => {
    const c = high();
    const retained = await c.retain(BANK, NOTE, {
      documentId: "note",
      tags: ["log"],
      timestamp: "2023-05-04",
    });
    expect(retained).toMatchObject({ success: true, items_count: 1, async: false });
    const batch = await c.retainBatch(BANK, [{ content: "The ferry is blue.", document_id: "ferry" }], {
      async: true,
    });
    expect(await completed(batch.operation_id)).toBe("completed");
    const recalled = await c.recall(BANK, "Who repaired the lamp?");
    expect(recalled.results[0]?.text).toMatch(/Nils/);
    expect((await c.reflect(BANK, "Who keeps bees?")).text).toMatch(/Greta/);
    expect((await c.listMemories(BANK, { limit: 2 })).items).toHaveLength(2);
  });

  test("documents", async () => {
    const c = high();
    expect(await c.getDocument(BANK, "note")).toMatchObject({ id: "note", original_text: NOTE });
    expect((await c.listDocuments(BANK)).total).toBe(2);
    expect(await c.updateDocument(BANK, "note", { tags: ["log", "2023"] })).toMatchObject({ success: true });
    await c.deleteDocument(BANK, "ferry");
    expect((await c.listDocuments(BANK)).total).toBe(1);
  });

  test("directives", async () => {
    const c = high();
    const { id } = await c.createDirective(BANK, "tone", "Be brief.");
    expect((await c.listDirectives(BANK)).items.map((directive) => directive.id)).toEqual([id]);
    expect(await c.getDirective(BANK, id)).toMatchObject({ name: "tone", content: "Be brief." });
    expect(await c.updateDirective(BANK, id, { content: "Be kind." })).toMatchObject({ content: "Be kind." });
    await c.deleteDirective(BANK, id);
    await expect(c.getDirective(BANK, id)).rejects.toMatchObject({ statusCode: 404 });
  });

  test("mental models", async () => {
    const c = high();
    const made = await c.createMentalModel(BANK, "Bees", "Who keeps bees?", { id: "bees" });
    expect(await completed(made.operation_id)).toBe("completed");
    expect((await c.listMentalModels(BANK)).items.map((model) => model.id)).toEqual(["bees"]);
    expect(await c.getMentalModel(BANK, "bees")).toMatchObject({
      name: "Bees",
      content: expect.stringContaining("Greta"),
    });
    const refreshed = await c.refreshMentalModel(BANK, "bees");
    expect(await completed(refreshed.operation_id)).toBe("completed");
    expect(await c.dryRunRefreshMentalModel(BANK, "bees")).toMatchObject({ mental_model_id: "bees" });
    expect(await c.updateMentalModel(BANK, "bees", { name: "Hives" })).toMatchObject({ name: "Hives" });
    expect(await c.clearMentalModel(BANK, "bees")).toMatchObject({ content: "" });
    expect(await c.getMentalModelHistory(BANK, "bees")).not.toHaveLength(0);
    await c.deleteMentalModel(BANK, "bees");
    await expect(c.getMentalModel(BANK, "bees")).rejects.toMatchObject({ statusCode: 404 });
  });

  test("what the server does not have yet says so", async () => {
    const c = high();
    const calls = [
      () => c.retainFiles(BANK, [new File(["text"], "a.txt")]),
      () => c.getKnowledgeBaseTree(BANK),
      () => c.createKnowledgeFolder(BANK, "f"),
      () => c.createKnowledgePage(BANK, "p", "What is here?"),
      () => c.getKnowledgePage(BANK, "p"),
      () => c.searchKnowledgeBase(BANK, "bees"),
      () => c.updateKnowledgeNode(BANK, "n", { name: "m" }),
      () => c.deleteKnowledgeNode(BANK, "n"),
      () => c.exportKnowledgeBase(BANK),
      () => c.exportDocuments(BANK, { timeoutMs: 1000 }),
    ];
    for (const call of calls) {
      const error = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      // Some methods throw an error of their own making, without the status.
      if (error instanceof HindsightError) expect(error.statusCode, call.toString()).toBe(501);
      else expect(String(error), call.toString()).toMatch(/not implemented/);
    }
  });

  test("none is left out", () => {
    const methods = Object.getOwnPropertyNames(HindsightClient.prototype);
    const left = methods.filter((name) => !["constructor", "validateResponse", "deleteBank"].includes(name));
    expect(left.filter((name) => !called.has(name))).toEqual([]);
  });
});

describe("the generated functions", () => {
  test("of a server", async () => {
    const { healthEndpointHealthGet, getReadiness, getLiveness, getVersion, metricsEndpointMetricsGet } = low;
    await expectStatus(200, healthEndpointHealthGet(), getReadiness(), getLiveness(), getVersion());
    await expectStatus(200, metricsEndpointMetricsGet(), low.listBanks());
  });

  test("of a bank", async () => {
    await expectStatus(200, low.createOrUpdateBank({ path: bank, body: {} }));
    await expectStatus(200, low.updateBank({ path: bank, body: { mission: "m" } }));
    await expectStatus(
      200,
      low.getBankConfig({ path: bank }),
      low.updateBankConfig({ path: bank, body: { updates: {} } }),
      low.getAgentStats({ path: bank }),
      low.getMemoriesTimeseries({ path: bank }),
      low.testBankLlm({ path: bank }),
      low.listTags({ path: bank }),
    );
    await expectStatus(200, low.resetBankConfig({ path: bank }));
    await expectStatus(
      410,
      low.getBankProfile({ path: bank }),
      low.updateBankDisposition({
        path: bank,
        body: { disposition: { skepticism: 3, literalism: 3, empathy: 3 } },
      }),
      low.addBankBackground({ path: bank, body: { content: "c" } }),
      low.regenerateEntityObservations({ path: { ...bank, entity_id: crypto.randomUUID() } }),
    );
  });

  test("of memories, documents and entities", async () => {
    await expectStatus(
      200,
      low.retainMemories({ path: bank, body: { items: [{ content: NOTE, document_id: "second" }] } }),
    );
    await expectStatus(200, low.recallMemories({ path: bank, body: { query: "bees" } }));
    await expectStatus(200, low.reflect({ path: bank, body: { query: "Who keeps bees?" } }));
    await expectStatus(200, low.dryRunExtractMemories({ path: bank, body: { content: NOTE } }));
    const { data: memories } = await low.listMemories({ path: bank });
    const memory = { ...bank, memory_id: memories.items[0].id };
    await expectStatus(
      200,
      low.getMemory({ path: memory }),
      low.getObservationHistory({ path: memory }),
      low.getGraph({ path: bank }),
      low.listObservationScopes({ path: bank }),
      low.getEntityGraph({ path: bank }),
    );
    await expectStatus(200, low.updateMemory({ path: memory, body: { context: "edited" } }));
    await expectStatus(200, low.clearMemoryObservations({ path: memory }));
    await expectStatus(200, low.clearObservations({ path: bank }), low.recoverConsolidation({ path: bank }));
    const { data: entities } = await low.listEntities({ path: bank });
    await expectStatus(200, low.getEntity({ path: { ...bank, entity_id: entities.items[0].id } }));

    const document = { ...bank, document_id: "second" };
    await expectStatus(200, low.listDocuments({ path: bank }), low.getDocument({ path: document }));
    const { data: chunks } = await low.listDocumentChunks({ path: document });
    await expectStatus(200, low.getChunk({ path: { chunk_id: chunks.items[0].chunk_id } }));
    await expectStatus(200, low.updateDocument({ path: document, body: { tags: ["t"] } }));
    await expectStatus(200, low.reprocessDocument({ path: document }));
  });

  test("of operations", async () => {
    await expectStatus(200, low.triggerConsolidation({ path: bank }));
    const submitted = await client.retain(BANK, "The quay is long.", { async: true });
    const operation = { ...bank, operation_id: submitted.operation_id ?? "" };
    expect(await completed(submitted.operation_id)).toBe("completed");
    await expectStatus(200, low.listOperations({ path: bank }));
    await expectStatus(
      409,
      low.cancelOperation({ path: operation }),
      low.retryOperation({ path: operation }),
    );
    await expectStatus(200, low.deleteOperation({ path: operation }));
  });

  test("of directives", async () => {
    const { data } = await low.createDirective({ path: bank, body: { name: "n", content: "c" } });
    const directive = { ...bank, directive_id: data.id };
    await expectStatus(200, low.listDirectives({ path: bank }), low.getDirective({ path: directive }));
    await expectStatus(200, low.updateDirective({ path: directive, body: { content: "d" } }));
    await expectStatus(200, low.deleteDirective({ path: directive }));
  });

  test("of mental models", async () => {
    const body = { name: "Bees", source_query: "Who keeps bees?" };
    const { data } = await low.createMentalModel({ path: bank, body });
    const model = { ...bank, mental_model_id: data.mental_model_id };
    expect(await completed(data.operation_id)).toBe("completed");
    await expectStatus(
      200,
      low.listMentalModels({ path: bank }),
      low.getMentalModel({ path: model }),
      low.getMentalModelHistory({ path: model }),
      low.dryRunRefreshMentalModel({ path: model }),
    );
    await expectStatus(200, low.updateMentalModel({ path: model, body: { name: "Hives" } }));
    const { data: queued } = await low.refreshMentalModel({ path: model });
    expect(await completed(queued.operation_id)).toBe("completed");
    await expectStatus(200, low.clearMentalModel({ path: model }));
    await expectStatus(200, low.deleteMentalModel({ path: model }));
  });

  test("of what the server does not have yet", async () => {
    const node = { ...bank, node_id: "n" };
    const hook = { ...bank, webhook_id: crypto.randomUUID() };
    await expectStatus(
      501,
      low.getKnowledgeBaseTree({ path: bank }),
      low.createKnowledgeFolder({ path: bank, body: { name: "f" } }),
      low.createKnowledgePage({ path: bank, body: { name: "p", source_query: "q" } }),
      low.exportKnowledgeBase({ path: bank }),
      low.searchKnowledgeBase({ path: bank, query: { q: "bees" } }),
      low.getKnowledgePage({ path: { ...bank, page_id: "p" } }),
      low.deleteKnowledgeNode({ path: node }),
      low.updateKnowledgeNode({ path: node, body: { name: "m" } }),
      low.importBankTemplate({ path: bank, body: {} }),
      low.exportBankTemplate({ path: bank }),
      low.exportDocumentsSyncRemoved({ path: bank }),
      low.importDocuments({ path: bank, body: { file: new Blob(["x"]) } }),
      low.exportDocuments({ path: bank, body: {} }),
      low.downloadFile({ path: { key: "k" } }),
      low.getBankTemplateSchema(),
      low.listWebhooks({ path: bank }),
      low.createWebhook({ path: bank, body: { url: "http://127.0.0.1:1/" } }),
      low.deleteWebhook({ path: hook }),
      low.updateWebhook({ path: hook, body: {} }),
      low.listWebhookDeliveries({ path: hook }),
      low.fileRetain({ path: bank, body: { files: [new Blob(["x"])], request: "{}" } }),
      low.listAuditLogs({ path: bank }),
      low.auditLogStats({ path: bank }),
      low.listLlmRequests({ path: bank }),
      low.llmRequestStats({ path: bank }),
    );
  });

  test("that delete", async () => {
    await expectStatus(200, low.deleteDocument({ path: { ...bank, document_id: "second" } }));
    await expectStatus(200, low.clearBankMemories({ path: bank }));
    await expectStatus(200, low.deleteBank({ path: bank }));
    await expect(high().deleteBank(BANK)).resolves.not.toThrow();
  });

  test("none is left out", () => {
    expect(Object.keys(sdk).filter((name) => !called.has(`sdk.${name}`))).toEqual([]);
  });
});
