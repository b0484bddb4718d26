import type { RunOutcome } from "../../store/operation-queue.ts";
import { EngineError, type EngineErrorKind } from "../errors.ts";

export const MAX_RETRIES = 3;
const RETRY_AFTER_MS = 60_000;
const ERROR_LENGTH = 5000;

const PERMANENT: ReadonlySet<EngineErrorKind> = new Set([
  "bank_not_found",
  "not_found",
  "invalid_value",
  "unprocessable",
  "conflict",
  "sandbox_closed",
]);

/** What becomes of a run that threw: it is put off, or it has failed when no retry is left or none can help. */
export function outcomeOfError(error: unknown, retryCount: number, now: Date): RunOutcome {
  const text = error instanceof Error ? `${className(error)}: ${error.message}` : String(error);
  const message = text.replaceAll("\0", ""); // Postgres cannot hold it
  if (isPermanent(error)) {
    const trace = error instanceof Error && error.stack ? `\n\n${error.stack.replaceAll("\0", "")}` : "";
    return {
      status: "failed",
      errorMessage: (message + trace).slice(0, ERROR_LENGTH),
      completedAt: null,
      metadata: {},
    };
  }
  const errorMessage = message.slice(0, ERROR_LENGTH);
  if (retryCount >= MAX_RETRIES) return { status: "failed", errorMessage, completedAt: now, metadata: {} };
  return {
    status: "pending",
    errorMessage,
    nextRetryAt: new Date(now.getTime() + RETRY_AFTER_MS),
    metadata: { last_retry_error: errorMessage },
  };
}

/** The class that clients know an error by: ours have no name of their own there. */
function className(error: Error): string {
  return error instanceof EngineError ? "RuntimeError" : error.name;
}

/** Whether trying again cannot help: a refused request, a key that is not accepted, a broken constraint. */
function isPermanent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof EngineError && PERMANENT.has(cause.kind)) return true;
    if ("status" in cause && (cause.status === 401 || cause.status === 403)) return true;
    if ("code" in cause && isIntegrityViolation(cause.code)) return true;
  }
  return false;
}

/** SQLSTATE class 23; a foreign key that points to nothing may be there the next time. */
function isIntegrityViolation(code: unknown): boolean {
  return typeof code === "string" && code.startsWith("23") && code.length === 5 && code !== "23503";
}
