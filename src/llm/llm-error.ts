/** How a call to a model failed. */
export type LlmErrorKind =
  /** The provider could not be reached, or the connection broke. */
  | "connection"
  | "timeout"
  /** An HTTP status that is not 2xx. */
  | "status"
  /** A 200 that holds an error, or no answer at all. */
  | "no_answer"
  /** An answer without content. */
  | "empty"
  | "content_filter"
  /** The answer was cut off at its token limit. */
  | "length"
  /** JSON was asked for, and the answer has none that can be read. */
  | "invalid_json"
  /** The operation has no model. */
  | "not_configured";

/** A provider that failed for good: the retries that the failure allows are behind it. */
export class LlmError extends Error {
  readonly kind: LlmErrorKind;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /** Whether asking again may help. */
  readonly retryable: boolean;
  /** When a rate limit is lifted, in milliseconds from now; set only when that is too far off to be waited for. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: LlmErrorKind,
    message: string,
    options: {
      status?: number | undefined;
      retryable: boolean;
      retryAfterMs?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LlmError";
    this.kind = kind;
    this.status = options.status;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the provider refused the key: nothing but another key helps. */
  get isAuthentication(): boolean {
    return this.status === 401 || this.status === 403;
  }

  /** Whether the prompt was longer than the model can read. */
  get isContextOverflow(): boolean {
    return /maximum context length|context.?length.?exceeded|context window|prompt is too long|too many (input )?tokens/i.test(
      this.message,
    );
  }
}
