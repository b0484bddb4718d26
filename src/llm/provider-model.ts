import type { Attribute } from "../remote/attribution.ts";
import { backoff, withRetries } from "../remote/retry.ts";
import { TimeLimitError, withTimeLimit } from "../remote/time-limit.ts";
import type { LlmMemberSettings } from "../settings/llm-member-settings.ts";
import type { LlmSettings } from "../settings/llm-settings.ts";
import type { CallLog } from "./call-log.ts";
import { LlmError } from "./llm-error.ts";
import { scopeSettings } from "./operations.ts";
import type { Permits } from "./permits.ts";
import type { ChatModel, ChatRequest, ChatResponse } from "./types.ts";
import type { ChatWire, PreparedRequest, WireCall } from "./wire.ts";

/** What the models of a server share. */
export interface ModelSharing {
  settings: Pick<LlmSettings, "temperatures" | "strictSchema" | "sendBankAsUser" | "acceptsImages">;
  permits: Permits;
  /** How calls say in headers whose they are; only for a gateway of ours. */
  attribute: Attribute;
  /** Where calls are remembered; null: nowhere. */
  calls: CallLog | null;
  /** By how much pauses after HTTP errors differ; 0 in test mode. */
  jitter: number;
}

export interface ProviderModelOptions {
  provider: string;
  model: string;
  member: Pick<LlmMemberSettings, "timeoutMs" | "retries" | "initialBackoffMs" | "maxBackoffMs">;
  sharing: ModelSharing;
  wire: ChatWire;
  /** Whether it is known to see images; null: nobody knows. */
  seesImages: boolean | null;
}

/** A model at a provider: attempts, their time limits, pauses and permits are the same for all kinds of providers. */
export class ProviderModel implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly seesImages: boolean | null;
  readonly #options: ProviderModelOptions;

  constructor(options: ProviderModelOptions) {
    this.provider = options.provider;
    this.model = options.model;
    this.seesImages = options.sharing.settings.acceptsImages ?? options.seesImages;
    this.#options = options;
  }

  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    const { member, wire, sharing } = this.#options;
    const prepared = this.#prepare(request);
    const call = wire.begin(prepared);
    const policy = {
      retries: request.maxRetries ?? member.retries,
      initialBackoffMs: request.initialBackoffMs ?? member.initialBackoffMs,
      maxBackoffMs: prepared.maxBackoffMs,
      jitter: 0,
    };
    const { operation } = scopeSettings(request);
    const background = request.attribution.operationId !== undefined;
    return withRetries(
      (isLast) =>
        sharing.permits.run(operation, background, () => this.#attempt(call, isLast, signal), signal),
      policy,
      (error, retry) => {
        if (!(error instanceof LlmError)) return undefined;
        // Plain calls come in crowds: the chunks of a document fail together.
        const jitter = error.kind === "status" && !request.tools ? sharing.jitter : 0;
        const pause = error.retryable ? backoff({ ...policy, jitter }, retry) : undefined;
        return call.pauseAfter ? call.pauseAfter(error, pause) : pause;
      },
      signal,
    );
  }

  #prepare(request: ChatRequest): PreparedRequest {
    const { sharing, member } = this.#options;
    const { settings } = sharing;
    const { purpose, strictness } = scopeSettings(request);
    const configured = purpose && settings.temperatures[purpose];
    return {
      ...request,
      maxBackoffMs: request.maxBackoffMs ?? member.maxBackoffMs,
      temperature: configured === null ? undefined : (request.temperature ?? configured),
      strict: strictness !== null && settings.strictSchema[strictness],
      user: settings.sendBankAsUser ? request.attribution.bankId || undefined : undefined,
    };
  }

  async #attempt(call: WireCall, isLast: boolean, signal: AbortSignal | undefined): Promise<ChatResponse> {
    const { timeoutMs } = this.#options.member;
    try {
      return await withTimeLimit(timeoutMs, signal, (limited) => call.attempt({ isLast, signal: limited }));
    } catch (error) {
      if (!(error instanceof TimeLimitError)) throw error;
      throw new LlmError("timeout", error.message, { retryable: true, cause: error });
    }
  }
}
