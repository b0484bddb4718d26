import { afterEach, describe, expect, test, vi } from "vitest";
import { createChatModel } from "../support/chat-model.ts";
import { startScriptedService } from "../support/scripted-service.ts";

test.each([
  ["offline", undefined, "offline"],
  ["openai", "k", "gpt-4o-mini"],
  ["openai-responses", "k", "gpt-5.6"],
  ["anthropic", "k", "claude-haiku-4-5"],
  ["gemini", "k", "gemini-3.5-flash"],
  ["Groq", "k", "openai/gpt-oss-120b"],
  ["openrouter", "k", "qwen/qwen3.5-9b"],
  ["requesty", "k", "openai/gpt-4o-mini"],
  ["deepseek", "k", "deepseek-v4-flash"],
  ["minimax", "k", "MiniMax-M3"],
  ["zai", "k", "glm-4.5-flash"],
  ["atlas", "k", "deepseek-ai/deepseek-v4-pro"],
  ["fireworks", "k", "accounts/fireworks/models/llama-v3p1-8b-instruct"],
  ["opencode-go", "k", "deepseek-v4-flash"],
  ["meta", "k", "muse-spark-1.3"],
  ["ollama-cloud", "k", "gemma3:12b"],
  ["ollama", undefined, "gemma3:12b"],
  ["lmstudio", undefined, "local-model"],
])("%s has a model of its own", (provider, apiKey, model) => {
  const made = createChatModel({ provider, apiKey }, { attribute: false });
  expect(made).toMatchObject({ provider: provider.toLowerCase(), model });
});

test.each(["volcano", "litellm", "llamacpp"])("%s has no address of its own", (provider) => {
  const baseUrl = "http://127.0.0.1:9/v1";
  expect(createChatModel({ provider, apiKey: "k", baseUrl }, { attribute: false })).toMatchObject({
    provider,
  });
  expect(() => createChatModel({ provider, apiKey: "k" }, { attribute: false })).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION" }),
  );
});

test("none is no model", () => {
  expect(createChatModel({ provider: "none" }, { attribute: false })).toBeNull();
});

test.each([
  [{ provider: "openai" }, "LLM_KEY_MISSING"],
  [{ provider: "openai", apiKey: "" }, "LLM_KEY_MISSING"],
  [{ provider: "anthropic" }, "LLM_KEY_MISSING"],
  [{ provider: "gemini" }, "LLM_KEY_MISSING"],
  [{ provider: "nonesuch" }, "INVALID_OPTION"],
  [{ provider: "constructor" }, "INVALID_OPTION"],
  [{ provider: "ollama", baseUrl: "not a URL" }, "INVALID_OPTION"],
  [{ provider: "claude-code" }, "LLM_PROVIDER_UNAVAILABLE"],
  [{ provider: "bedrock" }, "LLM_PROVIDER_UNAVAILABLE"],
])("%j is refused", (config, code) => {
  expect(() => createChatModel(config, { attribute: false })).toThrow(expect.objectContaining({ code }));
});

describe("what a developer has in the shell", () => {
  const POISON = {
    OPENAI_API_KEY: "shell",
    OPENAI_BASE_URL: "http://127.0.0.1:9/shell",
    OPENAI_ORG_ID: "shell",
    ANTHROPIC_API_KEY: "shell",
    ANTHROPIC_AUTH_TOKEN: "shell",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9/shell",
    GOOGLE_GENERATIVE_AI_API_KEY: "shell",
    GEMINI_API_KEY: "shell",
    HTTP_PROXY: "http://127.0.0.1:9",
    HTTPS_PROXY: "http://127.0.0.1:9",
    NODE_USE_ENV_PROXY: "1",
  };

  afterEach(() => vi.unstubAllEnvs());

  test.each(["openai", "openai-responses", "anthropic", "gemini"])("is no key for %s", (provider) => {
    for (const [name, value] of Object.entries(POISON)) vi.stubEnv(name, value);
    expect(() => createChatModel({ provider }, { attribute: false })).toThrow(
      expect.objectContaining({ code: "LLM_KEY_MISSING" }),
    );
  });

  test.each(["openai", "openai-responses", "anthropic", "gemini"])(
    "reaches no request of %s",
    async (provider) => {
      for (const [name, value] of Object.entries(POISON)) vi.stubEnv(name, value);
      const service = await startScriptedService(() => ({ status: 401, body: {} }));
      const config = { provider, apiKey: "given", baseUrl: `${service.url}/v1` };
      const model = createChatModel(config, { attribute: false });
      const request = {
        scope: "reflect" as const,
        messages: [{ role: "user" as const, content: "Hello" }],
        attribution: { sandboxId: "", bankId: "b" },
      };
      await expect(model?.complete(request)).rejects.toMatchObject({ status: 401 });
      expect(service.requests).toHaveLength(1);
      const sent = JSON.stringify(service.requests[0]);
      expect(sent).toContain("given");
      expect(sent).not.toContain("shell");
    },
  );
});
