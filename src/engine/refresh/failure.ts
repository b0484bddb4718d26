/** How a refresh fails: the text stays as it is, and what happened is noted beside it. */
import { LlmError } from "../../llm/llm-error.ts";
import { EngineError } from "../errors.ts";
import { NoAnswerError } from "../reflect/no-answer.ts";

/** Statuses of a provider that will answer later, beside those of 500 and more. */
const PASSING = new Set([408, 409, 425, 429]);

export interface RefreshFailure {
  outcome: string;
  reason: string;
  message: string;
  /** Whether automatic refreshes are to wait: the same would happen again. */
  pauses: boolean;
  /** What the operation fails with. */
  error: unknown;
}

/** A refresh that came to an end, but must not be stored. */
export class RefusedRefreshError extends EngineError {
  constructor(message: string) {
    super("llm_failed", message);
    this.name = "RefusedRefreshError";
  }
}

/** @returns null for what is no failure: a provider has said when it can be asked again. */
export function failureOf(error: unknown): RefreshFailure | null {
  const cause = llmErrorIn(error);
  if (cause?.retryAfterMs !== undefined) return null;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const failure = { outcome: "refresh_failed_error", message, pauses: true, error };
  if (error instanceof NoAnswerError) return { ...failure, reason: "no_answer" };
  const isOfModel = cause !== undefined || (error instanceof EngineError && MODEL_KINDS.has(error.kind));
  if (isOfModel) {
    const isSlow = error instanceof EngineError && error.kind === "timeout";
    return { ...failure, reason: "unexpected_error", pauses: !isSlow && !(cause && isPassing(cause)) };
  }
  // Everything else that ends a reflect is a search that failed; the next one may not.
  return { ...failure, reason: "retrieval_failed", error: new EngineError("llm_failed", message) };
}

/** Failures that say nothing of a search. */
const MODEL_KINDS: ReadonlySet<string> = new Set([
  "llm_failed",
  "timeout",
  "invalid_value",
  "bank_not_found",
]);

function llmErrorIn(error: unknown): LlmError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof LlmError) return cause;
  }
  return undefined;
}

function isPassing({ kind, status }: LlmError): boolean {
  if (status !== undefined) return status >= 500 || PASSING.has(status);
  return kind === "connection" || kind === "timeout";
}
