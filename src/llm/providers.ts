/** What sets the providers with an OpenAI-compatible API apart. */
export interface ProviderProfile {
  baseUrl: string;
  /** The model that is asked where none is configured. */
  model: string;
  needsKey: boolean;
  /** Whether `tool_choice` may be sent. */
  toolChoice: boolean;
  /** Whether `response_format` may be sent. */
  jsonMode: boolean;
  /** Whether a base URL without a path means its `/v1`. */
  completesBaseUrl: boolean;
  /** Sent with every request. */
  extraBody?: Record<string, unknown>;
}

const HOSTED = { needsKey: true, toolChoice: true, jsonMode: true, completesBaseUrl: false };
const LOCAL = { needsKey: false, toolChoice: false, jsonMode: false, completesBaseUrl: true };

export const PROVIDERS: Readonly<Record<string, ProviderProfile>> = {
  openai: { ...HOSTED, baseUrl: "https://api.openai.com/v1", model: "gpt-4o-mini" },
  groq: {
    ...HOSTED,
    baseUrl: "https://api.groq.com/openai/v1",
    model: "openai/gpt-oss-120b",
    extraBody: { seed: 4242, service_tier: "auto" },
  },
  openrouter: { ...HOSTED, baseUrl: "https://openrouter.ai/api/v1", model: "qwen/qwen3.5-9b" },
  deepseek: {
    ...HOSTED,
    baseUrl: "https://api.deepseek.com",
    model: "deepseek-v4-flash",
    toolChoice: false,
  },
  ollama: { ...LOCAL, baseUrl: "http://localhost:11434/v1", model: "gemma3:12b" },
  lmstudio: { ...LOCAL, baseUrl: "http://localhost:1234/v1", model: "local-model" },
};
