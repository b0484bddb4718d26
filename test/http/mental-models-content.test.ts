import { expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { seedMemories } from "../support/memories.ts";
import { startApp } from "./app-fixture.ts";

const MODELS = "/v1/default/banks/b/mental-models";
const PREFERENCES = { id: "preferences", name: "User Preferences", content: "User prefers dark mode" };
const QUERY = "What grows in the garden?";

const startWithModel = () =>
  startApp({ llm: createChatModel({ provider: "offline" }, { attribute: false }) });

test("a model that is made with its content has it at once, and nothing is queued", async () => {
  const { send } = await startWithModel();
  const made = await send("POST", MODELS, PREFERENCES);
  expect(made).toMatchObject({
    status: 200,
    body: { mental_model_id: "preferences", operation_id: null },
  });
  expect(made.headers.get("x-ignored-params")).toBeNull();
  expect((await send("GET", `${MODELS}/preferences`)).body).toMatchObject({
    content: "User prefers dark mode",
    source_query: null,
    last_refresh_failed_at: null,
    is_stale: false,
  });
  expect((await send("GET", "/v1/default/banks/b/operations")).body.total).toBe(0);
});

test("it is found by its content", async () => {
  const { send } = await startWithModel();
  await send("POST", MODELS, PREFERENCES);
  await send("POST", MODELS, { name: "Garden", content: "Quinces grow by the wall." });
  const { text } = (
    await send("POST", "/v1/default/banks/b/reflect", { query: "Does the user like dark mode?" })
  ).body;
  expect(text).toMatch(/dark mode/);
});

test("it needs no provider", async () => {
  const { send } = await startApp({ llm: null });
  expect((await send("POST", MODELS, PREFERENCES)).status).toBe(200);
  expect((await send("GET", `${MODELS}/preferences`)).body.content).toBe("User prefers dark mode");
});

test("without a question it is refused a refresh, until it has one", async () => {
  const { send, control, engine } = await startWithModel();
  await seedMemories(engine.context.database, "b", [{ text: "Quinces grow in the garden." }]);
  await send("POST", MODELS, PREFERENCES);
  for (const path of ["refresh", "dry-run-refresh"]) {
    const refused = await send("POST", `${MODELS}/preferences/${path}`);
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/source_query/) } });
  }
  const follows = { trigger: { refresh_after_consolidation: true } };
  const asked = { trigger: { refresh_cron: "0 3 * * *" } };
  expect((await send("POST", MODELS, { ...PREFERENCES, id: "other", ...follows })).status).toBe(400);
  expect((await send("PATCH", `${MODELS}/preferences`, asked)).status).toBe(400);
  expect((await send("GET", `${MODELS}/other`)).status).toBe(404);

  expect((await send("PATCH", `${MODELS}/preferences`, { source_query: QUERY, ...follows })).status).toBe(
    200,
  );
  expect((await send("POST", `${MODELS}/preferences/refresh`)).status).toBe(200);
  await control("POST", "/testkit/v1/settled", {});
  expect((await send("GET", `${MODELS}/preferences`)).body.content).toMatch(/quinces/i);
});

test("with both, the text is what the next refresh goes on from", async () => {
  const { send, control, engine } = await startWithModel();
  await seedMemories(engine.context.database, "b", [{ text: "Quinces grow in the garden." }]);
  const body = { ...PREFERENCES, source_query: QUERY, trigger: { mode: "delta" } };
  expect((await send("POST", MODELS, body)).body.operation_id).toBeNull();
  expect((await send("GET", `${MODELS}/preferences`)).body).toMatchObject({
    content: "User prefers dark mode",
    source_query: QUERY,
  });
  await seedMemories(engine.context.database, "b", [{ text: "Medlars grow in the garden." }]);
  const { operation_id } = (await send("POST", `${MODELS}/preferences/refresh`)).body;
  await control("POST", "/testkit/v1/settled", {});
  const operation = (await send("GET", `/v1/default/banks/b/operations/${operation_id}`)).body;
  expect(operation).toMatchObject({ status: "completed" });
  const { content } = (await send("GET", `${MODELS}/preferences`)).body;
  expect(content).toMatch(/User prefers dark mode/);
  expect(content).toMatch(/medlars/i);
});

test("what cannot be stored is taken out; what is no text is refused", async () => {
  const { send } = await startWithModel();
  await send("POST", MODELS, { ...PREFERENCES, content: "dark\u0000 mode" });
  expect((await send("GET", `${MODELS}/preferences`)).body.content).toBe("dark mode");
  const refused = await send("POST", MODELS, { name: "n", content: 5 });
  expect(refused).toMatchObject({ status: 422, body: { detail: [{ loc: ["body", "content"] }] } });
});

test("with neither content nor a question the answer is upstream's", async () => {
  const { send } = await startWithModel();
  for (const content of [undefined, null]) {
    expect(await send("POST", MODELS, { name: "n", content })).toMatchObject({
      status: 422,
      body: { detail: [{ type: "missing", loc: ["body", "source_query"], msg: "Field required" }] },
    });
  }
  expect(await send("POST", MODELS, { name: "n", source_query: null })).toMatchObject({
    status: 422,
    body: { detail: [{ type: "string_type", loc: ["body", "source_query"] }] },
  });
});

test("several of one name, content and bank have ids of their own", async () => {
  const { send } = await startWithModel();
  const { id: _, ...unnamed } = PREFERENCES;
  const made = await Promise.all(Array.from({ length: 4 }, () => send("POST", MODELS, unnamed)));
  expect(new Set(made.map(({ body }) => body.mental_model_id)).size).toBe(4);
  expect((await send("POST", MODELS, { ...unnamed, id: made[0]?.body.mental_model_id })).status).toBe(409);
});
