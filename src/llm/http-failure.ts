import { ServiceError } from "../remote/service-error.ts";
import { LlmError } from "./llm-error.ts";

/**
 * The error of a request that failed.
 * @param ofStatus whether a status that is no 2xx is worth another try, and when.
 */
export function toLlmError(
  error: unknown,
  ofStatus: (
    failure: LlmError,
    error: ServiceError,
  ) => { retryable: boolean; retryAfterMs?: number | undefined },
): LlmError {
  if (error instanceof LlmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ServiceError) || error.kind === "connection" || error.kind === "timeout") {
    return new LlmError("connection", message, { retryable: true, cause: error });
  }
  if (error.status === undefined) {
    return new LlmError("no_answer", message, { retryable: true, cause: error });
  }
  const { status } = error;
  const failure = new LlmError("status", message, { status, retryable: true, cause: error });
  const { retryable, retryAfterMs } = ofStatus(failure, error);
  return retryable
    ? failure
    : new LlmError("status", message, { status, retryable, retryAfterMs, cause: error });
}
