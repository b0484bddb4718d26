import { type Environment, SettingsReader } from "./environment.ts";

/** Which language model a server asks, and how. */
export interface LlmSettings {
  /** `offline` (default), `none`, or a provider's name. */
  provider: string;
  /** Absent: the provider's default. */
  model?: string | undefined;
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
}

/** @throws TestkitError `INVALID_OPTION` that names the variable. */
export function readLlmSettings(environment: Environment): LlmSettings {
  const env = new SettingsReader(environment);
  return {
    provider: env.text("LLM_PROVIDER") ?? "offline",
    model: env.text("LLM_MODEL"),
    apiKey: env.text("LLM_API_KEY"),
    baseUrl: env.text("LLM_BASE_URL"),
  };
}
