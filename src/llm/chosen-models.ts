import type { LlmChainSettings } from "../settings/llm-chain-settings.ts";
import type { LlmOperation, LlmSettings } from "../settings/llm-settings.ts";
import { createLanguageModels, type LanguageModels, type ModelOptions } from "./language-models.ts";
import { LlmError } from "./llm-error.ts";
import type { ChatModel, ChatRequest, ChatResponse, LlmScope } from "./types.ts";

/** A model in place of the server's own; everything else is as it is configured. */
export interface LlmChoice {
  provider: string;
  /** Absent: the provider's default. */
  model?: string | undefined;
  baseUrl?: string | undefined;
  /** The server's key is not for another's eyes. */
  apiKey?: string | undefined;
  /** What it is asked for; absent: everything. */
  scopes?: readonly LlmScope[] | undefined;
}

/** What an operation asks for first of all: its model is known by who answers that. */
const MAIN_SCOPES: Record<LlmOperation, LlmScope> = {
  default: "retain_extract_facts",
  retain: "retain_extract_facts",
  reflect: "reflect",
  consolidation: "consolidation",
  mental_model_refresh: "mental_model_delta",
};

/**
 * The models of a server where one was chosen.
 * @param own who answers for the other scopes.
 * @throws TestkitError `INVALID_OPTION`, `LLM_KEY_MISSING`, `LLM_PROVIDER_UNAVAILABLE`
 */
export function chosenModels(
  { scopes, ...member }: LlmChoice,
  settings: LlmSettings,
  own: LanguageModels,
  options: ModelOptions,
): LanguageModels {
  const chosen = createLanguageModels(withMember(settings, member), options);
  if (!scopes) return chosen;
  const operation = (name: LlmOperation) => {
    const parts = { chosen: chosen.operations[name], own: own.operations[name] };
    return {
      model: byScope(parts.chosen.model, parts.own.model, scopes, MAIN_SCOPES[name]),
      identity: scopes.includes(MAIN_SCOPES[name]) ? parts.chosen.identity : parts.own.identity,
    };
  };
  return {
    llm: byScope(chosen.llm, own.llm, scopes, MAIN_SCOPES.default),
    reflectLlm: byScope(chosen.reflectLlm, own.reflectLlm, scopes, MAIN_SCOPES.reflect),
    operations: {
      default: operation("default"),
      retain: operation("retain"),
      reflect: operation("reflect"),
      consolidation: operation("consolidation"),
      mental_model_refresh: operation("mental_model_refresh"),
    },
  };
}

function withMember(settings: LlmSettings, choice: Omit<LlmChoice, "scopes">): LlmSettings {
  const replace = ({ members: [primary] }: LlmChainSettings): LlmChainSettings => ({
    members: [
      {
        ...primary,
        provider: choice.provider.toLowerCase(),
        model: choice.model,
        baseUrl: choice.baseUrl,
        apiKey: choice.apiKey,
      },
    ],
    strategy: null,
  });
  const { operations } = settings;
  return {
    ...settings,
    // Its own model is asked about pictures, too.
    vision: null,
    operations: {
      default: replace(operations.default),
      retain: replace(operations.retain),
      reflect: replace(operations.reflect),
      consolidation: replace(operations.consolidation),
      mental_model_refresh: replace(operations.mental_model_refresh),
    },
  };
}

/** @returns null when nobody answers what is asked for first of all. */
function byScope(
  chosen: ChatModel | null,
  own: ChatModel | null,
  scopes: readonly LlmScope[],
  main: LlmScope,
): ChatModel | null {
  const first = scopes.includes(main) ? chosen : own;
  return first && new ScopedModel(first, { chosen, own, scopes, main });
}

interface Parts {
  chosen: ChatModel | null;
  own: ChatModel | null;
  scopes: readonly LlmScope[];
  main: LlmScope;
}

/** One of two models, by what is asked for. */
class ScopedModel implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly seesImages: boolean | null;
  readonly #parts: Parts;

  constructor(first: ChatModel, parts: Parts) {
    this.provider = first.provider;
    this.model = first.model;
    this.seesImages = first.seesImages ?? null;
    this.#parts = parts;
  }

  async complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    const { chosen, own, scopes, main } = this.#parts;
    // Whether the model is there, is asked of the one that is shown.
    const scope = request.scope === "verification" ? main : request.scope;
    const model = scopes.includes(scope) ? chosen : own;
    if (model) return model.complete(request, signal);
    throw new LlmError("not_configured", `The LLM provider of ${scope} is none`, { retryable: false });
  }
}
