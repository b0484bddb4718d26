import { toLlmError } from "../http-failure.ts";
import type { LlmError } from "../llm-error.ts";
import type { PreparedRequest } from "../wire.ts";
import { rateLimitReset } from "./rate-limit.ts";

/** Every status may be a passing one, 400 and 404 too; but not a refused key, and not a limit that lasts long. */
export function openAiFailure(error: unknown, request: Pick<PreparedRequest, "maxBackoffMs">): LlmError {
  return toLlmError(error, (failure, { headers, body, message }) => {
    const reset = failure.status === 429 ? rateLimitReset(headers, body, message) : undefined;
    if (reset !== undefined && reset > request.maxBackoffMs) {
      return { retryable: false, retryAfterMs: reset };
    }
    // Our gateway says that no other answer will come.
    if (headers?.get("x-should-retry") === "false") return { retryable: false };
    return { retryable: !failure.isAuthentication };
  });
}
