import { TestkitError } from "../errors/testkit-error.ts";
import type { LlmSettings } from "../settings/llm-settings.ts";
import { OfflineModel } from "./offline/offline-model.ts";
import { OpenAiCompatibleModel } from "./openai-compatible.ts";
import { PROVIDERS } from "./providers.ts";
import type { ChatModel } from "./types.ts";

/** Servers on the user's machine take any key, but the header wants one. */
const KEY_OF_LOCAL_SERVERS = "local";

/**
 * The model that the settings name.
 * @param options.attribute whether calls say in headers whose they are.
 * @returns `null` for the provider `none`.
 * @throws TestkitError `INVALID_OPTION` for an unknown provider or a bad base URL, `LLM_KEY_MISSING`.
 */
export function createChatModel(config: LlmSettings, options: { attribute: boolean }): ChatModel | null {
  const provider = config.provider.toLowerCase();
  if (provider === "none") return null;
  if (provider === "offline") return new OfflineModel();
  const profile = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (!profile) {
    const known = ["offline", "none", ...Object.keys(PROVIDERS)].join(", ");
    throw new TestkitError("INVALID_OPTION", {
      what: `\`llmProvider\` must be one of ${known}, not ${JSON.stringify(config.provider)}.`,
    });
  }
  if (profile.needsKey && !config.apiKey) {
    throw new TestkitError("LLM_KEY_MISSING", { what: `The LLM provider ${provider} has no API key.` });
  }
  const baseUrl =
    config.baseUrl === undefined ? undefined : readBaseUrl(config.baseUrl, profile.completesBaseUrl);
  return new OpenAiCompatibleModel({
    provider,
    model: config.model ?? profile.model,
    profile,
    baseUrl,
    apiKey: config.apiKey || KEY_OF_LOCAL_SERVERS,
    attribute: options.attribute,
  });
}

function readBaseUrl(text: string, completes: boolean): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new TestkitError("INVALID_OPTION", {
      what: "`llmBaseUrl` must be a URL that starts with http:// or https://.",
    });
  }
  const url = new URL(text);
  if (completes && url.pathname === "/") url.pathname = "/v1";
  return url.href;
}
