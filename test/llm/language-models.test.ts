import { describe, expect, test } from "vitest";
import type { ChatRequest } from "../../src/llm/types.ts";
import { languageModels } from "../support/chat-model.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";

const ATTRIBUTION = { sandboxId: "", bankId: "bank-7" };
const RETAIN: ChatRequest = {
  scope: "retain_extract_facts",
  messages: [{ role: "user", content: "List the facts as json." }],
  responseFormat: "json",
  attribution: ATTRIBUTION,
};
const REFLECT: ChatRequest = {
  scope: "reflect",
  messages: [{ role: "user", content: "Who?" }],
  attribution: ATTRIBUTION,
};

/** A model that answers everything, and what it was asked, with the key that it was asked with. */
async function provider(variables: Record<string, string> = {}) {
  const server = await startScriptedOpenAi(() => ({ json: {} }));
  const models = languageModels({
    LLM_PROVIDER: "openai",
    LLM_API_KEY: "global",
    LLM_BASE_URL: server.baseUrl,
    LLM_MODEL: "global-model",
    ...variables,
  });
  const ask = async (request: ChatRequest) => {
    await models.llm?.complete(request);
    const { body, headers } = server.requests.at(-1) ?? {};
    return { body, key: headers?.authorization, header: headers?.["x-team"] };
  };
  return { ask, models, server };
}

describe("by operation", () => {
  test("each has its own model and key, and what it does not set is the global one's", async () => {
    const { ask } = await provider({
      RETAIN_LLM_MODEL: "retain-model",
      REFLECT_LLM_API_KEY: "reflect",
      MENTAL_MODEL_REFRESH_LLM_MODEL: "refresh-model",
      CONSOLIDATION_LLM_REASONING_EFFORT: "low",
    });
    expect(await ask(RETAIN)).toMatchObject({ body: { model: "retain-model" }, key: "Bearer global" });
    expect(await ask(REFLECT)).toMatchObject({ body: { model: "global-model" }, key: "Bearer reflect" });
    expect(await ask({ ...REFLECT, operation: "mental_model_refresh" })).toMatchObject({
      body: { model: "refresh-model" },
      key: "Bearer reflect",
    });
    expect((await ask({ ...RETAIN, scope: "consolidation" })).body).toMatchObject({
      model: "global-model",
      reasoning_effort: "low",
    });
  });

  test("a provider that is named without a model has its own default", async () => {
    const { ask, server } = await provider({ RETAIN_LLM_PROVIDER: "deepseek" });
    expect((await ask(RETAIN)).body).toMatchObject({ model: "deepseek-v4-flash" });
    expect(server.requests).toHaveLength(1);
  });

  test("chunks with attachments go to the model that sees", async () => {
    const { ask } = await provider({ VLM_MODEL: "seeing" });
    const content = [
      { type: "text", text: "json" },
      { type: "image", mediaType: "image/png", data: "AAAA" },
      { type: "file", mediaType: "application/pdf", data: "BBBB", filename: "a.pdf" },
    ] as const;
    expect((await ask({ ...RETAIN, messages: [{ role: "user", content }] })).body).toMatchObject({
      model: "seeing",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "json" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
            { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" } },
          ],
        },
        { role: "user", content: "Answer in json." },
      ],
    });
    expect((await ask(RETAIN)).body).toMatchObject({ model: "global-model" });
  });

  test("one may have none where the others have a model, and the other way round", async () => {
    const { models } = await provider({ REFLECT_LLM_PROVIDER: "none", CONSOLIDATION_LLM_PROVIDER: "none" });
    expect(models.reflectLlm).toBeNull();
    await expect(async () =>
      models.llm?.complete({ ...RETAIN, scope: "consolidation" }),
    ).rejects.toMatchObject({ kind: "not_configured" });
    const only = languageModels({ LLM_PROVIDER: "none", REFLECT_LLM_PROVIDER: "offline" });
    expect(only.llm).toBeNull();
    expect(only.reflectLlm).toMatchObject({ provider: "offline" });
  });
});

describe("what goes with a request", () => {
  test("temperatures go by what a call is for", async () => {
    const { ask } = await provider();
    expect((await ask(RETAIN)).body).toMatchObject({ temperature: 0.1 });
    expect((await ask(REFLECT)).body).toMatchObject({ temperature: 0.9 });
    expect((await ask({ ...REFLECT, temperature: 0 })).body).toMatchObject({ temperature: 0 });
    expect((await ask({ ...RETAIN, scope: "consolidation" })).body).toMatchObject({ temperature: 0 });
    expect((await ask({ ...REFLECT, scope: "verification" })).body).not.toHaveProperty("temperature");
  });

  test("none is sent where none is configured, whatever the call would have", async () => {
    const { ask } = await provider({ LLM_TEMPERATURE: "none", LLM_TEMPERATURE_RETAIN: "1.5" });
    expect((await ask(RETAIN)).body).toMatchObject({ temperature: 1.5 });
    expect((await ask({ ...REFLECT, temperature: 0 })).body).not.toHaveProperty("temperature");
  });

  test("a body, headers, the bank, and a cache's key only where they are known to be understood", async () => {
    const { ask } = await provider({
      LLM_EXTRA_BODY: '{"top_p": 0.5}',
      LLM_DEFAULT_HEADERS: '{"x-team": "memory"}',
      LLM_SEND_BANK_AS_USER: "true",
    });
    const { body, header } = await ask(RETAIN);
    expect(body).toMatchObject({ top_p: 0.5, user: "bank-7" });
    expect(body).not.toHaveProperty("prompt_cache_key");
    expect(header).toBe("memory");
    const pinned = await provider({ LLM_CACHE_AFFINITY: "openai_prompt_cache_key" });
    expect((await pinned.ask(RETAIN)).body).toMatchObject({
      prompt_cache_key: expect.stringMatching(/^[\da-f]{32}$/),
    });
  });

  test("groq has a seed and a tier; gpt-4o is told no effort and asked for no more than it can write", async () => {
    const groq = await provider({ LLM_PROVIDER: "groq", LLM_MODEL: "openai/gpt-oss-120b" });
    expect((await groq.ask({ ...RETAIN, maxTokens: 100 })).body).toMatchObject({
      seed: 4242,
      service_tier: "auto",
      max_completion_tokens: 100,
    });
    const old = await provider({ LLM_MODEL: "gpt-4o-mini", LLM_REASONING_EFFORT: "low" });
    const { body } = await old.ask({ ...RETAIN, maxTokens: 64_000 });
    expect(body).toMatchObject({ max_tokens: 16_384 });
    expect(body).not.toHaveProperty("reasoning_effort");
  });
});

describe("a schema", () => {
  const responseSchema = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
    required: ["name"],
  };

  test("is said in words at the end of the system message", async () => {
    const { ask } = await provider();
    const messages: ChatRequest["messages"] = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "json, please" },
    ];
    const { body } = await ask({ ...RETAIN, messages, responseSchema });
    expect(body?.response_format).toEqual({ type: "json_object" });
    expect(body?.messages[0]?.content).toMatch(/^Be brief\.\n\n/);
    expect(body?.messages[0]?.content).toContain(JSON.stringify(responseSchema));
  });

  test("is what the provider holds the model to in strict mode, in the form that it wants", async () => {
    const { ask } = await provider({ LLM_STRICT_SCHEMA: "true", LLM_STRICT_SCHEMA_REFLECT: "false" });
    const { body } = await ask({ ...RETAIN, responseSchema });
    expect(body?.messages).toEqual([{ role: "user", content: "List the facts as json." }]);
    expect(body?.response_format).toEqual({
      type: "json_schema",
      json_schema: {
        name: "response",
        strict: true,
        schema: {
          type: "object",
          properties: { name: { type: "string" }, age: { anyOf: [{ type: "integer" }, { type: "null" }] } },
          required: ["name", "age"],
          additionalProperties: false,
        },
      },
    });
    const soft = await ask({ ...REFLECT, responseFormat: "json", responseSchema });
    expect(soft.body?.response_format).toEqual({ type: "json_object" });
  });
});
