import { expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { seedMemories } from "../support/memories.ts";
import { type RunningApp, startApp } from "./app-fixture.ts";

const MODELS = "/v1/default/banks/b/mental-models";
const GARDEN = { id: "garden", name: "Garden", source_query: "What grows in the garden?" };

/** A server with the offline model, and a bank that knows of quinces. */
async function startGarden() {
  const llm = createChatModel({ provider: "offline" }, { attribute: false });
  const app = await startApp({ llm });
  const seeded = await seedMemories(app.engine.context.database, "b", [
    { text: "Quinces grow in the garden.", documentId: "d" },
  ]);
  const settle = () => app.control("POST", "/testkit/v1/settled", {});
  const make = async (body: object) => {
    const made = await app.send("POST", MODELS, body);
    expect(made.status).toBe(200);
    await settle();
  };
  const read = async (id: string) => (await app.send("GET", `${MODELS}/${id}`)).body;
  return { ...seeded, app, settle, make, read };
}

const trigger = (body: { trigger: Record<string, unknown> }) => body.trigger;

test("a model is written when it is made, and stale when something in its scope was written since", async () => {
  const { app, settle, make, read } = await startGarden();
  await make(GARDEN);
  const written = await read("garden");
  expect(written.content).toMatch(/quinces/i);
  expect(written).toMatchObject({ is_stale: false, last_refreshed_at: "2025-01-01T00:00:00+00:00" });
  // The clock stands still: it is not the time that tells.
  await seedMemories(app.engine.context.database, "b", [{ text: "Medlars grow in the garden." }]);
  expect((await read("garden")).is_stale).toBe(true);
  expect((await app.send("GET", MODELS)).body.items).toMatchObject([{ id: "garden", is_stale: true }]);
  await app.send("POST", `${MODELS}/garden/refresh`);
  await settle();
  expect(await read("garden")).toMatchObject({ is_stale: false, content: expect.stringMatching(/medlars/i) });
});

test("a model that rests on a memory that is gone is stale by itself, not in lists", async () => {
  const { app, settle, make, read, idOf } = await startGarden();
  await make(GARDEN);
  const fact = idOf("Quinces grow in the garden.");
  await app.send("PATCH", `/v1/default/banks/b/memories/${fact}`, { state: "invalidated" });
  await settle();
  expect((await read("garden")).is_stale).toBe(true);
  expect((await app.send("GET", MODELS)).body.items).toMatchObject([{ is_stale: false }]);
});

test("a removal refreshes the models that rest on what is gone, where they are refreshed by themselves", async () => {
  const { app, settle, make, read } = await startGarden();
  await app.engine.context.database.query("UPDATE memory_units SET consolidated_at = created_at");
  await make({ ...GARDEN, trigger: { refresh_after_consolidation: true } });
  await make({ ...GARDEN, id: "by-hand", trigger: { exclude_mental_models: true } });
  await app.send("DELETE", "/v1/default/banks/b/documents/d");
  await settle();
  const { operations } = (await app.send("GET", "/v1/default/banks/b/operations?type=refresh_mental_model"))
    .body;
  const refreshed = operations.map(({ mental_model_id }: { mental_model_id: string }) => mental_model_id);
  expect(refreshed.sort()).toEqual(["by-hand", "garden", "garden"]);
  expect([(await read("garden")).is_stale, (await read("by-hand")).is_stale]).toEqual([false, true]);
});

test("of many who make a model with the same id at once one does; made-up ids are all different", async () => {
  const { app } = await startGarden();
  const path = "/v1/default/banks/new/mental-models";
  const same = await Promise.all(Array.from({ length: 8 }, () => app.send("POST", path, GARDEN)));
  expect(same.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
  const { id: _, ...nameless } = GARDEN;
  const made = await Promise.all(Array.from({ length: 8 }, () => app.send("POST", path, nameless)));
  const ids = made.map(({ body }) => body.mental_model_id);
  expect(new Set(ids).size).toBe(8);
  for (const id of ids) expect(id).toMatch(/^mm-[0-9a-f]{32}$/);
  expect((await app.send("GET", path)).body.total).toBe(9);
});

test("changes that are made at once are all kept, and the model is found by the name that it has", async () => {
  const { app, make } = await startGarden();
  await make(GARDEN);
  const change = (body: object) => app.send("PATCH", `${MODELS}/garden`, body);
  const changes = [
    { trigger: { keep_trace: true } },
    { trigger: { mode: "delta" } },
    { tags: ["green"] },
    { max_tokens: 300 },
    { name: "Orchard" },
    { trigger: { refresh_cron: "0 3 * * *" } },
  ];
  const answers = await Promise.all(changes.map(change));
  expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
  const { body } = await app.send("GET", `${MODELS}/garden`);
  expect(body).toMatchObject({ name: "Orchard", tags: ["green"], max_tokens: 300 });
  expect(trigger(body)).toMatchObject({ keep_trace: true, mode: "delta", refresh_cron: "0 3 * * *" });
});

test("a schedule and the refresh after consolidations displace one another; other fields stay", async () => {
  const { app, make } = await startGarden();
  await make({ ...GARDEN, trigger: { refresh_after_consolidation: true, budget: "high" } });
  const change = async (sent: object) =>
    trigger((await app.send("PATCH", `${MODELS}/garden`, { trigger: sent })).body);
  expect(await change({ refresh_cron: " 0 3 * * * " })).toMatchObject({
    refresh_cron: "0 3 * * *",
    refresh_after_consolidation: false,
    budget: "high",
  });
  expect(await change({ refresh_after_consolidation: true })).toMatchObject({
    refresh_cron: null,
    refresh_after_consolidation: true,
  });
  expect(await change({ refresh_cron: " ", budget: null })).toMatchObject({
    refresh_after_consolidation: true,
    budget: null,
  });
});

test("a model that is cleared is empty, keeps what it was based on, and is written in full again", async () => {
  const { app, settle, make, read } = await startGarden();
  await make({ ...GARDEN, trigger: { mode: "delta" } });
  const before = await read("garden");
  const history = async () => (await app.send("GET", `${MODELS}/garden/history`)).body;
  const entries = await history();
  const cleared = await app.send("POST", `${MODELS}/garden/clear`);
  expect(cleared.body).toEqual({ ...before, content: "", is_stale: null, is_knowledge_page: null });
  expect(await history()).toEqual(entries);
  await app.send("POST", `${MODELS}/garden/refresh`);
  await settle();
  expect((await read("garden")).content).toMatch(/quinces/i);
});

test("with the clock a schedule comes round", async () => {
  const { app, settle, make, read } = await startGarden();
  await make({ ...GARDEN, trigger: { refresh_cron: "0 3 * * *" } });
  await seedMemories(app.engine.context.database, "b", [{ text: "Medlars grow in the garden." }]);
  const advance = (hours: number) =>
    app.control("POST", "/testkit/v1/clock", { advance_ms: hours * 3_600_000 });
  await advance(2);
  await settle();
  expect((await read("garden")).content).not.toMatch(/medlars/i);
  await advance(1);
  await settle();
  const refreshed = await read("garden");
  expect(refreshed.content).toMatch(/medlars/i);
  expect(refreshed.last_refreshed_at).toBe("2025-01-01T03:00:00+00:00");
});

test("without a model one is made and stays empty, and says why", async () => {
  const app: RunningApp = await startApp();
  const made = await app.send("POST", MODELS, GARDEN);
  expect([made.status, made.body.detail]).toEqual([400, expect.stringContaining("requires an LLM provider")]);
  expect((await app.send("GET", `${MODELS}/garden`)).body).toMatchObject({ content: "", is_stale: false });
  expect((await app.send("POST", `${MODELS}/nowhere/refresh`)).status).toBe(400);
  expect((await app.send("GET", "/v1/default/banks/b/operations")).body.total).toBe(0);
});

test.each([
  [{ ...GARDEN, name: "a\0b" }],
  [{ ...GARDEN, id: "a\0b" }],
  [{ ...GARDEN, tags: ["a\0b"] }],
  [{ ...GARDEN, trigger: { exclude_mental_model_ids: ["a\0b"] } }],
  [{ ...GARDEN, name: "\ud800" }],
])("what cannot be stored is refused, and makes no bank: %j", async (body) => {
  const { app } = await startGarden();
  const path = "/v1/default/banks/none/mental-models";
  expect((await app.send("POST", path, JSON.stringify(body))).status).toBe(400);
  expect((await app.send("GET", path)).status).toBe(404);
});
