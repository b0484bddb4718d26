import { createHash } from "node:crypto";
import { LlmError } from "../../llm/llm-error.ts";
import type { WorkerSettings } from "../../settings/server-settings.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import type { RunOutcome } from "../../store/operation-queue.ts";
import { EngineError, type EngineErrorKind } from "../errors.ts";
import { seedless } from "../ids.ts";
import { sanitizeText } from "../sanitize.ts";

const ERROR_LENGTH = 5000;
const APPEND_CONFLICT_MS = { first: 2_000, longest: 300_000 };
/** The end of the last year that has four digits. */
const LAST_DATE = Date.UTC(10_000, 0, 1) - 1;
const CONSOLIDATION_MS = { first: 5_000, longest: 1_800_000 };

const PERMANENT: ReadonlySet<EngineErrorKind> = new Set([
  "bank_not_found",
  "not_found",
  "invalid_value",
  "unprocessable",
  "conflict",
  "sandbox_closed",
]);
/** Types whose work is not tried again. */
const TRIED_ONCE: ReadonlySet<string> = new Set(["file_convert_retain"]);

/** A run took longer than its type may. */
export class TimeUpError extends Error {
  constructor(operationType: string, limitMs: number) {
    super(`Task exceeded the ${limitMs / 1000}s wall-clock limit for '${operationType}' and was cancelled.`);
    this.name = "TimeUpError";
  }
}

type Failed = Extract<RunOutcome, { status: "failed" }>;

/** What becomes of a row whose run threw: it is put off, or it has failed when no retry is left or none can help. */
export function outcomeOfError(
  error: unknown,
  row: Pick<ClaimedOperation, "operationType" | "operationId" | "retryCount" | "resultMetadata">,
  { maxRetries, retryBackoffMs }: Pick<WorkerSettings, "maxRetries" | "retryBackoffMs">,
  now: Date,
): RunOutcome {
  const after = (ms: number) => new Date(now.getTime() + ms);
  if (error instanceof TimeUpError) return failure(error.message, now);
  const pause = namedPause(error, now);
  const reason = describe(error).slice(0, ERROR_LENGTH);
  if (pause !== undefined) return { status: "deferred", reason, nextRetryAt: after(pause), metadata: {} };
  const conflicts = Number(row.resultMetadata.append_conflict_defers ?? 0);
  if (error instanceof EngineError && error.kind === "append_conflict") {
    const nextRetryAt = after(
      jittered(doubled(APPEND_CONFLICT_MS, conflicts), seedless(row.operationId), conflicts),
    );
    return { status: "deferred", reason, nextRetryAt, metadata: { append_conflict_defers: conflicts + 1 } };
  }
  if (isPermanent(error)) return failure(withTrace(error), null);
  const endless = row.operationType === "consolidation";
  if (TRIED_ONCE.has(row.operationType) || (!endless && row.retryCount >= maxRetries)) {
    return failure(reason, now);
  }
  const backoff = endless ? doubled(CONSOLIDATION_MS, row.retryCount) : retryBackoffMs;
  return {
    status: "pending",
    errorMessage: reason,
    nextRetryAt: after(backoff),
    metadata: { last_retry_error: reason },
  };
}

/** A failure that no retry follows. @param completedAt null where trying again could not help. */
export function failure(errorMessage: string, completedAt: Date | null): Failed {
  return { status: "failed", errorMessage: errorMessage.slice(0, ERROR_LENGTH), completedAt, metadata: {} };
}

/** `<class>: <text>`, without what Postgres cannot hold. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? `${className(error)}: ${error.message}` : String(error);
  return sanitizeText(text);
}

function withTrace(error: unknown): string {
  const trace = error instanceof Error ? (error.stack ?? "") : "";
  return `${describe(error)}\n\n${sanitizeText(trace)}`;
}

/** The class that clients know an error by: ours have no name of their own there. */
function className(error: Error): string {
  return error instanceof EngineError ? "RuntimeError" : error.name;
}

function* causes(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) yield cause;
}

/** How long a provider asks callers to stay away, however long that is; a time that is no date says nothing. */
function namedPause(error: unknown, now: Date): number | undefined {
  for (const cause of causes(error)) {
    if (!("retryAfterMs" in cause) || typeof cause.retryAfterMs !== "number") continue;
    return now.getTime() + cause.retryAfterMs <= LAST_DATE ? cause.retryAfterMs : undefined;
  }
  return undefined;
}

/** Whether trying again cannot help: a refused request, a key that is not accepted, a broken constraint. */
function isPermanent(error: unknown): boolean {
  for (const cause of causes(error)) {
    if (cause instanceof EngineError && PERMANENT.has(cause.kind)) return true;
    if (cause instanceof LlmError && cause.isAuthentication) return true;
    if ("code" in cause && isIntegrityViolation(cause.code)) return true;
  }
  return false;
}

/** SQLSTATE class 23; a foreign key that points to nothing may be there the next time. */
function isIntegrityViolation(code: unknown): boolean {
  return typeof code === "string" && code.startsWith("23") && code.length === 5 && code !== "23503";
}

function doubled({ first, longest }: { first: number; longest: number }, times: number): number {
  return Math.min(longest, first * 2 ** times);
}

/** Up to half as much more or less, so that those who lost together do not come back together; the same in every run. */
function jittered(ms: number, ...parts: (string | number)[]): number {
  const random = createHash("sha256").update(JSON.stringify(parts)).digest().readUInt32BE() / 2 ** 32;
  return Math.round(ms * (0.5 + random));
}
