import type OpenAI from "openai";
import { ATTRIBUTION_HEADERS } from "../daemon-protocol.ts";
import { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import { backoff, type RetryPolicy, withRetries } from "../remote/retry.ts";
import { LlmError } from "./llm-error.ts";
import { type RequestTarget, toOpenAiBody } from "./openai-request.ts";
import { type ReceivedCompletion, readCompletion } from "./openai-response.ts";
import { rateLimitReset } from "./rate-limit.ts";
import type { ChatModel, ChatRequest, ChatResponse, LlmAttribution, LlmScope } from "./types.ts";

/** How long one attempt may take, in milliseconds. */
const TIMEOUTS_MS: Record<LlmScope, number> = { retain_extract_facts: 120_000, reflect: 30_000 };
const MAX_CONCURRENT = 32;
const DEFAULT_RETRY_POLICY: RetryPolicy = {
  retries: 3,
  initialBackoffMs: 1_000,
  maxBackoffMs: 60_000,
  jitter: 0,
};
const USER_AGENT = "hindsight/openai-compatible/1.1.0";

export interface OpenAiCompatibleOptions extends RequestTarget {
  /** Servers on the user's machine want none. */
  apiKey: string;
  /** Whether calls say in headers whose they are. */
  attribute: boolean;
  retryPolicy?: RetryPolicy;
}

/** A provider with OpenAI's chat completions API. */
export class OpenAiCompatibleModel implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly #options: OpenAiCompatibleOptions;
  readonly #concurrency = new ConcurrencyLimit(MAX_CONCURRENT);
  #client: Promise<OpenAI> | undefined;

  constructor(options: OpenAiCompatibleOptions) {
    this.provider = options.provider;
    this.model = options.model;
    this.#options = options;
  }

  async complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    const body = toOpenAiBody(request, this.#options);
    const policy = this.#options.retryPolicy ?? DEFAULT_RETRY_POLICY;
    return withRetries(
      (isLast) =>
        this.#concurrency.run(
          async () => readCompletion(await this.#send(body, request, signal), request, isLast),
          signal,
        ),
      { ...policy, retries: Math.min(policy.retries, request.maxRetries ?? policy.retries) },
      (error, retry) => (error instanceof LlmError && error.retryable ? backoff(policy, retry) : undefined),
      signal,
    );
  }

  /** One attempt, and at once a second one without `tool_choice` where the provider does not know it. */
  async #send(
    body: OpenAI.ChatCompletionCreateParamsNonStreaming,
    request: ChatRequest,
    signal: AbortSignal | undefined,
  ): Promise<ReceivedCompletion> {
    try {
      return await this.#post(body, request, signal);
    } catch (error) {
      const { tool_choice, ...rest } = body;
      if (
        tool_choice &&
        error instanceof LlmError &&
        error.status === 400 &&
        error.message.includes("tool_choice")
      ) {
        return this.#post(rest, request, signal);
      }
      throw error;
    }
  }

  async #post(
    body: OpenAI.ChatCompletionCreateParamsNonStreaming,
    request: ChatRequest,
    signal: AbortSignal | undefined,
  ): Promise<ReceivedCompletion> {
    const client = await this.#connect();
    // The client's own timeout ends when the headers are there; this one also covers the body.
    const timeout = AbortSignal.timeout(TIMEOUTS_MS[request.scope]);
    try {
      return await client.chat.completions.create(body, {
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(this.#options.attribute && { headers: attributionHeaders(request.attribution, request.scope) }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) {
        const seconds = TIMEOUTS_MS[request.scope] / 1_000;
        throw new LlmError("timeout", `No answer within ${seconds} s`, { retryable: true, cause: error });
      }
      throw toLlmError(error, request.scope, this.#options.retryPolicy ?? DEFAULT_RETRY_POLICY);
    }
  }

  /** Loads the client with the first call: it is not needed to start. */
  #connect(): Promise<OpenAI> {
    this.#client ??= import("openai").then(({ OpenAI }) => {
      const url = new URL(this.#options.baseUrl ?? this.#options.profile.baseUrl);
      const query = Object.fromEntries(url.searchParams);
      url.search = "";
      return new OpenAI({
        apiKey: this.#options.apiKey,
        // Given as null, they are not read from the environment.
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
        logLevel: "off",
        baseURL: url.href,
        defaultQuery: query,
        defaultHeaders: { "User-Agent": USER_AGENT },
        maxRetries: 0,
        timeout: Math.max(...Object.values(TIMEOUTS_MS)),
      });
    });
    return this.#client;
  }
}

function attributionHeaders(attribution: LlmAttribution, scope: LlmScope): Record<string, string> {
  return {
    // A header holds no more than Latin-1; ids may hold anything.
    [ATTRIBUTION_HEADERS.sandbox]: encodeURIComponent(attribution.sandboxId),
    [ATTRIBUTION_HEADERS.bank]: encodeURIComponent(attribution.bankId),
    [ATTRIBUTION_HEADERS.scope]: scope,
    ...(attribution.operationId !== undefined && {
      [ATTRIBUTION_HEADERS.operation]: attribution.operationId,
    }),
  };
}

/** What the client throws: an object with the status and headers when there was an answer. */
interface ClientError {
  status?: number;
  headers?: Headers;
  error?: unknown;
}

function toLlmError(error: unknown, scope: LlmScope, policy: RetryPolicy): LlmError {
  const { status, headers, error: body } = error as ClientError;
  const message = error instanceof Error ? error.message : String(error);
  if (status === undefined) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? `${message} ${error.cause.message}` : message;
    return new LlmError("connection", reason, { retryable: true, cause: error });
  }
  const failure = new LlmError("status", message, { status, retryable: true, cause: error });
  const reset = status === 429 ? rateLimitReset(headers, body, message) : undefined;
  const resetIsFar = reset !== undefined && reset > policy.maxBackoffMs;
  const permanent =
    failure.isAuthentication ||
    resetIsFar ||
    headers?.get("x-should-retry") === "false" ||
    // Reflect can go on with what it has; asking the same again would not make it shorter.
    (scope === "reflect" && failure.isContextOverflow);
  if (!permanent) return failure;
  return new LlmError("status", message, {
    status,
    retryable: false,
    retryAfterMs: resetIsFar ? reset : undefined,
    cause: error,
  });
}
