export type ServiceErrorKind =
  /** It could not be reached, or the connection broke. */
  | "connection"
  | "timeout"
  /** An HTTP status that is not 2xx. */
  | "status"
  /** A 200 whose body is not what was asked for. */
  | "answer";

/** A service of models (embeddings, reranker) that failed for good: the retries that the failure allows are behind it. */
export class ServiceError extends Error {
  readonly kind: ServiceErrorKind;
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** The body, where it was JSON. */
  readonly body: unknown;
  /** When it is worth another try, in milliseconds from now; set only when that is too far off to be waited for. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: ServiceErrorKind,
    message: string,
    details: {
      status?: number | undefined;
      headers?: Headers | undefined;
      body?: unknown;
      retryAfterMs?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "ServiceError";
    this.kind = kind;
    this.status = details.status;
    this.headers = details.headers;
    this.body = details.body;
    this.retryAfterMs = details.retryAfterMs;
  }
}
