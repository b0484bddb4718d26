import type { LlmChainSettings } from "../settings/llm-chain-settings.ts";
import type { LlmOperation, LlmSettings } from "../settings/llm-settings.ts";
import { ModelChain } from "./chain.ts";
import { createMember } from "./create-model.ts";
import { LlmError } from "./llm-error.ts";
import { scopeSettings } from "./operations.ts";
import { Permits } from "./permits.ts";
import type { ModelSharing } from "./provider-model.ts";
import type { ChatModel, ChatRequest, ChatResponse } from "./types.ts";

/** The language models of a server. */
export interface LanguageModels {
  /** Asks whoever answers for a request's operation; null: the provider is `none`, and there are no facts to be had. */
  llm: ChatModel | null;
  /** The same for reflect, which may have a model where nothing else has. */
  reflectLlm: ChatModel | null;
  /** By operation, with what tells two of them apart. */
  operations: Record<LlmOperation, OperationModel>;
}

interface OperationModel {
  model: ChatModel | null;
  /** Equal where provider, model, address and key of the primary are. */
  identity: string;
}

/** What the models of a server have in common, beside its settings. */
export interface ModelOptions extends Pick<ModelSharing, "attribute" | "jitter" | "calls"> {
  /** Absent: their own. */
  permits?: Permits;
}

/**
 * @throws TestkitError `INVALID_OPTION`, `LLM_KEY_MISSING`, `LLM_PROVIDER_UNAVAILABLE`
 */
export function createLanguageModels(settings: LlmSettings, options: ModelOptions): LanguageModels {
  const sharing: ModelSharing = { settings, permits: new Permits(settings), ...options };
  const create = (chain: LlmChainSettings) => ({
    model: createChain(chain, sharing),
    identity: identityOf(chain),
  });
  const operations = {
    default: create(settings.operations.default),
    retain: create(settings.operations.retain),
    reflect: create(settings.operations.reflect),
    consolidation: create(settings.operations.consolidation),
    mental_model_refresh: create(settings.operations.mental_model_refresh),
  };
  const vision = settings.vision ? createMember(settings.vision, sharing) : operations.retain.model;
  const router = (primary: ChatModel | null) => primary && new OperationRouter(primary, operations, vision);
  return {
    llm: router(operations.default.model),
    reflectLlm: router(operations.reflect.model),
    operations,
  };
}

function createChain({ members, strategy }: LlmChainSettings, sharing: ModelSharing): ChatModel | null {
  const [first, ...further] = members;
  const primary = createMember(first, sharing);
  // Members without a strategy are never asked, but a wrong name among them is found now.
  const others = further.flatMap((member) => createMember(member, sharing) ?? []);
  return primary && strategy && others.length > 0 ? new ModelChain([primary, ...others], strategy) : primary;
}

function identityOf({ members: [{ provider, model, baseUrl, apiKey }] }: LlmChainSettings): string {
  return JSON.stringify([provider, model, baseUrl, apiKey]);
}

/** One model that is several: each request goes to the one of its operation. */
class OperationRouter implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly seesImages: boolean | null;
  readonly #operations: Record<LlmOperation, OperationModel>;
  readonly #vision: ChatModel | null;

  constructor(
    primary: ChatModel,
    operations: Record<LlmOperation, OperationModel>,
    vision: ChatModel | null,
  ) {
    this.provider = primary.provider;
    this.model = primary.model;
    this.seesImages = vision?.seesImages ?? null;
    this.#operations = operations;
    this.#vision = vision;
  }

  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    const { operation } = scopeSettings(request);
    const model = hasAttachments(request) ? this.#vision : this.#operations[operation].model;
    if (model) return model.complete(request, signal);
    throw new LlmError("not_configured", `The LLM provider of ${operation} is none`, { retryable: false });
  }
}

function hasAttachments({ messages }: ChatRequest): boolean {
  return messages.some(
    ({ content }) => Array.isArray(content) && content.some((part) => part.type !== "text"),
  );
}
