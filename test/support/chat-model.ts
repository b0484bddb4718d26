import { createLanguageModels, type LanguageModels } from "../../src/llm/language-models.ts";
import type { ChatModel } from "../../src/llm/types.ts";
import { attributeWith, unattributed } from "../../src/remote/attribution.ts";
import { readLlmSettings } from "../../src/settings/llm-settings.ts";

/** The models of a server with these variables, named without their prefix; pauses take no time. */
export function languageModels(
  variables: Record<string, string>,
  options = { attribute: false },
): LanguageModels {
  const named = Object.entries({ LLM_INITIAL_BACKOFF: "0.001", ...variables });
  const environment = Object.fromEntries(named.map(([name, value]) => [`HINDSIGHT_API_${name}`, value]));
  const attribute = options.attribute ? attributeWith(() => null) : unattributed;
  return createLanguageModels(readLlmSettings(environment), { attribute, jitter: 0, calls: null });
}

/** A server's one model. */
export function createChatModel(
  config: { provider: string; apiKey?: string | undefined; baseUrl?: string; model?: string },
  options: { attribute: boolean; variables?: Record<string, string> },
): ChatModel | null {
  const { llm } = languageModels(
    {
      LLM_PROVIDER: config.provider,
      LLM_API_KEY: config.apiKey ?? "",
      LLM_BASE_URL: config.baseUrl ?? "",
      LLM_MODEL: config.model ?? "",
      ...options.variables,
    },
    options,
  );
  return llm;
}
