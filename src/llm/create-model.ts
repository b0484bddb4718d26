import { TestkitError } from "../errors/testkit-error.ts";
import type { Attribute } from "../remote/attribution.ts";
import type { LlmMemberSettings } from "../settings/llm-member-settings.ts";
import { anthropicWire } from "./ai-sdk/anthropic-wire.ts";
import { geminiWire } from "./ai-sdk/gemini-wire.ts";
import { LoggedModel } from "./call-log.ts";
import { OfflineModel } from "./offline/offline-model.ts";
import { openAiChatWire } from "./openai/chat-wire.ts";
import { ollamaWire } from "./openai/ollama-wire.ts";
import { PROFILES } from "./openai/profiles.ts";
import { openAiResponsesWire } from "./openai/responses-wire.ts";
import { type ModelSharing, ProviderModel } from "./provider-model.ts";
import type { ChatModel } from "./types.ts";
import { UNAVAILABLE } from "./unavailable.ts";
import type { ChatWire } from "./wire.ts";

/** Servers on the user's machine take any key, but the header wants one. */
const KEY_OF_LOCAL_SERVERS = "local";

/** A provider that does not speak OpenAI's chat completions. */
interface OwnWire {
  model: string;
  baseUrl?: string;
  seesImages: boolean | null;
  create(options: {
    apiKey: string;
    model: string;
    baseUrl: string | undefined;
    settings: LlmMemberSettings;
    attribute: Attribute;
  }): ChatWire;
}

const OWN_WIRES: Readonly<Record<string, OwnWire>> = {
  "openai-responses": {
    model: "gpt-5.6",
    seesImages: true,
    create: ({ baseUrl = "https://api.openai.com/v1", model, settings, ...rest }) =>
      openAiResponsesWire({
        ...rest,
        baseUrl,
        settings,
        target: {
          provider: "openai-responses",
          model,
          baseUrl,
          settings,
          profile: { model, needsKey: true, toolChoice: true, jsonMode: true, completesBaseUrl: false },
        },
      }),
  },
  anthropic: {
    model: "claude-haiku-4-5",
    seesImages: true,
    create: ({ baseUrl = "https://api.anthropic.com", ...rest }) => anthropicWire({ ...rest, baseUrl }),
  },
  gemini: { model: "gemini-3.5-flash", seesImages: true, create: (options) => geminiWire(options) },
};

/**
 * The model that the settings name.
 * @returns `null` for the provider `none`.
 * @throws TestkitError `INVALID_OPTION` for an unknown provider or a bad base URL, `LLM_KEY_MISSING`, `LLM_PROVIDER_UNAVAILABLE`.
 */
export function createMember(settings: LlmMemberSettings, sharing: ModelSharing): ChatModel | null {
  if (settings.provider === "none") return null;
  const model = createUnlogged(settings, sharing);
  return sharing.calls ? new LoggedModel(model, sharing.calls) : model;
}

function createUnlogged(settings: LlmMemberSettings, sharing: ModelSharing): ChatModel {
  const { provider } = settings;
  if (provider === "offline") return new OfflineModel();
  const own = Object.hasOwn(OWN_WIRES, provider) ? OWN_WIRES[provider] : undefined;
  return own ? createOwn(own, settings, sharing) : createCompatible(settings, sharing);
}

function createOwn(own: OwnWire, settings: LlmMemberSettings, sharing: ModelSharing): ChatModel {
  const { provider } = settings;
  const model = settings.model ?? own.model;
  const baseUrl = settings.baseUrl === undefined ? undefined : readBaseUrl(settings.baseUrl, false);
  const apiKey = requireKey(provider, settings.apiKey);
  const wire = own.create({ apiKey, model, baseUrl, settings, attribute: sharing.attribute });
  return new ProviderModel({ provider, model, member: settings, sharing, wire, seesImages: own.seesImages });
}

function createCompatible(settings: LlmMemberSettings, sharing: ModelSharing): ChatModel {
  const { provider } = settings;
  const profile = Object.hasOwn(PROFILES, provider) ? PROFILES[provider] : undefined;
  if (!profile) throw unknownProvider(provider);
  const model = settings.model ?? profile.model;
  const configured =
    settings.baseUrl === undefined ? undefined : readBaseUrl(settings.baseUrl, profile.completesBaseUrl);
  const baseUrl = configured ?? profile.baseUrl;
  if (baseUrl === undefined) {
    throw new TestkitError("INVALID_OPTION", {
      what: `The LLM provider ${provider} has no address of its own: \`llmBaseUrl\` must name one.`,
    });
  }
  const apiKey = profile.needsKey
    ? requireKey(provider, settings.apiKey)
    : settings.apiKey || KEY_OF_LOCAL_SERVERS;
  const target = { provider, model, profile, baseUrl: configured, settings };
  const options = { target, baseUrl, apiKey, settings, attribute: sharing.attribute };
  const wire = provider === "ollama" ? ollamaWire(options) : openAiChatWire(options);
  // The others serve models of all kinds.
  const seesImages = provider === "openai" ? true : null;
  return new ProviderModel({ provider, model, member: settings, sharing, wire, seesImages });
}

function requireKey(provider: string, key: string | undefined): string {
  if (key) return key;
  throw new TestkitError("LLM_KEY_MISSING", { what: `The LLM provider ${provider} has no API key.` });
}

function unknownProvider(provider: string): TestkitError {
  const reason = Object.hasOwn(UNAVAILABLE, provider) ? UNAVAILABLE[provider] : undefined;
  if (reason !== undefined) {
    return new TestkitError("LLM_PROVIDER_UNAVAILABLE", {
      what: `The LLM provider ${provider} cannot be used here: ${reason}.`,
    });
  }
  const known = ["offline", "none", ...Object.keys(PROFILES), ...Object.keys(OWN_WIRES)].sort().join(", ");
  return new TestkitError("INVALID_OPTION", {
    what: `\`llmProvider\` must be one of ${known}, not ${JSON.stringify(provider)}.`,
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
