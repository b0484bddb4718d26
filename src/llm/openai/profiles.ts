/** What sets the providers with an OpenAI-compatible API apart. */
export interface ProviderProfile {
  /** Absent: it has no address of its own. */
  baseUrl?: string;
  /** The model that is asked where none is configured. */
  model: string;
  needsKey: boolean;
  /** Whether `tool_choice` may be sent. */
  toolChoice: boolean;
  /** Whether `response_format: json_object` may be sent. */
  jsonMode: boolean;
  /** Whether a base URL without a path means its `/v1`. */
  completesBaseUrl: boolean;
  /** Whether it calls the limit of an answer `max_completion_tokens`, whatever its address. */
  newTokenName?: boolean;
}

const HOSTED = { needsKey: true, toolChoice: true, jsonMode: true, completesBaseUrl: false };
const LOCAL = { needsKey: false, toolChoice: false, jsonMode: false, completesBaseUrl: true };

export const PROFILES: Readonly<Record<string, ProviderProfile>> = {
  openai: { ...HOSTED, baseUrl: "https://api.openai.com/v1", model: "gpt-4o-mini" },
  groq: {
    ...HOSTED,
    baseUrl: "https://api.groq.com/openai/v1",
    model: "openai/gpt-oss-120b",
    newTokenName: true,
  },
  openrouter: { ...HOSTED, baseUrl: "https://openrouter.ai/api/v1", model: "qwen/qwen3.5-9b" },
  requesty: { ...HOSTED, baseUrl: "https://router.requesty.ai/v1", model: "openai/gpt-4o-mini" },
  deepseek: { ...HOSTED, baseUrl: "https://api.deepseek.com", model: "deepseek-v4-flash" },
  minimax: { ...HOSTED, baseUrl: "https://api.minimax.io/v1", model: "MiniMax-M3" },
  zai: {
    ...HOSTED,
    baseUrl: "https://api.z.ai/api/coding/paas/v4",
    model: "glm-4.5-flash",
    toolChoice: false,
    jsonMode: false,
  },
  volcano: { ...HOSTED, model: "doubao-pro-32k", jsonMode: false },
  atlas: { ...HOSTED, baseUrl: "https://api.atlascloud.ai/v1", model: "deepseek-ai/deepseek-v4-pro" },
  fireworks: {
    ...HOSTED,
    baseUrl: "https://api.fireworks.ai/inference/v1",
    model: "accounts/fireworks/models/llama-v3p1-8b-instruct",
  },
  "opencode-go": { ...HOSTED, baseUrl: "https://opencode.ai/zen/go/v1", model: "deepseek-v4-flash" },
  meta: { ...HOSTED, baseUrl: "https://api.meta.ai/v1", model: "muse-spark-1.3", toolChoice: false },
  // Upstream reaches these through a library of its own; their proxies speak OpenAI's words.
  litellm: { ...HOSTED, needsKey: false, model: "gpt-4o-mini" },
  llamacpp: { ...HOSTED, needsKey: false, model: "gemma-4-e2b-it", newTokenName: true },
  "ollama-cloud": { ...HOSTED, baseUrl: "https://ollama.com/v1", model: "gemma3:12b" },
  ollama: { ...LOCAL, baseUrl: "http://localhost:11434/v1", model: "gemma3:12b" },
  lmstudio: { ...LOCAL, baseUrl: "http://localhost:1234/v1", model: "local-model" },
};
