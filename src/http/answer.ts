import {
  BankGoneError,
  DatabaseUnavailableError,
  EngineError,
  type EngineErrorKind,
} from "../engine/errors.ts";
import { BlockedError } from "../engine/retain/defense/screen-items.ts";
import { HttpError } from "./http-error.ts";
import type { Fault } from "./validation/schema.ts";

/** A request whose faults are listed one by one. */
export class ValidationError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(`${faults.length} validation errors`);
    this.name = "ValidationError";
    this.faults = faults;
  }
}

const STATUS: Record<EngineErrorKind, number> = {
  invalid_value: 400,
  bank_not_found: 404,
  not_found: 404,
  conflict: 409,
  append_conflict: 409,
  sandbox_closed: 410,
  unprocessable: 422,
  blocked: 422,
  llm_failed: 500,
  service_failed: 500,
  timeout: 504,
};

/** The client has gone; nobody reads this status, but the log shows it. */
const CLIENT_CLOSED_REQUEST = 499;

/** When to ask again while the database cannot be reached: in seconds. */
export const RETRY_LATER = { "retry-after": "1" };

export function jsonAnswer(status: number, body: unknown, headers?: Record<string, string>): Response {
  const text = JSON.stringify(body);
  return new Response(text, {
    status,
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(text)),
      ...headers,
    },
  });
}

export function refusal(status: number, detail: unknown, headers?: Record<string, string>): Response {
  return jsonAnswer(status, { detail }, headers);
}

/** The answer for an error that a route threw. */
export function errorAnswer(error: unknown, signal: AbortSignal): Response {
  if (error instanceof ValidationError) return refusal(422, error.faults);
  if (error instanceof HttpError) return refusal(error.status, error.message);
  if (isUnavailable(error)) {
    return refusal(503, "The database cannot be reached", RETRY_LATER);
  }
  if (error instanceof BlockedError) return refusal(422, { violations: error.violations });
  if (error instanceof EngineError) return refusal(STATUS[error.kind], error.message);
  if (error instanceof BankGoneError) return refusal(404, error.message);
  const refused = REFUSED_BY_POSTGRES[postgresCode(error)];
  if (refused) return refusal(...refused);
  if (signal.reason instanceof EngineError) return refusal(STATUS[signal.reason.kind], signal.reason.message);
  if (signal.aborted) return refusal(CLIENT_CLOSED_REQUEST, "The client closed the request");
  return refusal(500, error instanceof Error ? error.message : String(error));
}

/** Whether the database could not be reached, also where that stands behind another error. */
function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseUnavailableError) return true;
  }
  return false;
}

/** What Postgres finds fault with in a request's values, by its code of the error. */
const REFUSED_BY_POSTGRES: Record<string, [status: number, detail: string]> = {
  // `invalid byte sequence` in text, `untranslatable character` in JSON.
  "22021": [400, "A text holds a NUL character, which cannot be stored"],
  "22P05": [400, "A text holds a NUL character, which cannot be stored"],
  "22003": [400, "A number is out of range"],
  // A key of an index: ids are looked up. Or more words than keyword search takes of a text.
  "54000": [400, "An id, or a text with its context, is too long to be stored"],
  // A foreign key: the bank, or what is in it.
  "23503": [404, "What the request writes to was deleted meanwhile"],
  // Two requests made the same thing at the same time.
  "23505": [409, "Another request has just made what this one was to make"],
};

function postgresCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
