import { LlmError } from "../../llm/llm-error.ts";
import { EngineError } from "../errors.ts";

/** How many failures the message names. */
const SHOWN = 3;

/**
 * The error of a document in which the extraction of a chunk failed. Its cause is the provider's, where it was one: a key that
 * is refused before all else, then the rate limit that is lifted last, since nothing can be asked before that.
 */
export function extractionFailed(outcomes: readonly PromiseSettledResult<unknown>[]): EngineError {
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.status === "rejected" ? [{ index, reason: outcome.reason as unknown }] : [],
  );
  const refused = failures.find(({ reason }) => reason instanceof LlmError && reason.isAuthentication);
  if (refused) {
    const text = `Fact extraction rejected by provider authentication: ${messageOf(refused.reason)}`;
    return new EngineError("llm_failed", text, { cause: refused.reason });
  }
  const shown = failures.slice(0, SHOWN).map(({ index, reason }) => {
    const name = reason instanceof Error ? reason.name : "Error";
    return `chunk ${index}: ${name}: ${messageOf(reason)}`;
  });
  return new EngineError(
    "llm_failed",
    `Fact extraction failed: ${failures.length}/${outcomes.length} chunks failed. First failures: ${shown.join("; ")}`,
    { cause: lastLimit(failures.map(({ reason }) => reason)) ?? failures[0]?.reason },
  );
}

function lastLimit(reasons: readonly unknown[]): LlmError | undefined {
  return reasons
    .filter((reason) => reason instanceof LlmError)
    .filter(({ retryAfterMs }) => retryAfterMs !== undefined)
    .toSorted((a, b) => (b.retryAfterMs ?? 0) - (a.retryAfterMs ?? 0))[0];
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
