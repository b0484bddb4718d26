import { describe, expect, test } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";
import { startApp } from "./app-fixture.ts";

const HEALTH = "/v1/default/banks/b/health/llm";
const ON = { HINDSIGHT_API_ENABLE_BANK_LLM_HEALTH: "true" };

async function appWith(answers: ScriptedAnswer[]) {
  const provider = await startScriptedOpenAi(answers);
  const config = { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl };
  const llm = createChatModel(config, { attribute: false });
  return { app: await startApp({ llm, environment: ON }), provider };
}

describe("POST health/llm", () => {
  test("is not there unless it is switched on", async () => {
    const app = await startApp();
    expect((await app.send("POST", HEALTH)).status).toBe(404);
  });

  test("asks a model that several operations share once, also for a bank that is not there", async () => {
    const { app, provider } = await appWith([{ text: "ok" }]);
    const { status, body } = await app.send("POST", HEALTH);
    expect([status, body.bank_id]).toEqual([200, "b"]);
    const latency = body.operations[0].latency_ms;
    expect(latency).toBeGreaterThan(0);
    expect(body.operations).toEqual(
      ["retain", "consolidation", "reflect"].map((operation) => ({
        operation,
        ok: true,
        status: "connected",
        latency_ms: latency,
      })),
    );
    expect(provider.requests.map(({ body: { messages, ...rest } }) => rest)).toEqual([
      { model: "gpt-4o-mini", max_tokens: 512 },
    ]);
    expect((await app.send("GET", "/v1/default/banks/b/profile")).status).not.toBe(200);
  });

  test("a refused key is told apart, after one call, and what the provider said is only logged", async () => {
    const { app, provider } = await appWith([{ status: 401, body: { error: { message: "bad key sk-1" } } }]);
    const { body } = await app.send("POST", HEALTH);
    expect(body.operations[0]).toMatchObject({ ok: false, status: "auth_failed" });
    expect(JSON.stringify(body)).not.toContain("sk-1");
    expect(await app.log(/does not answer/)).toContain("bad key sk-1");
    expect(provider.requests).toHaveLength(1);
  });

  test("without a model nothing is asked", async () => {
    const app = await startApp({ environment: ON });
    const { body } = await app.send("POST", HEALTH);
    expect(body.operations[0]).toEqual({
      operation: "retain",
      ok: false,
      status: "not_configured",
      latency_ms: null,
    });
  });
});
