import { HindsightError } from "@vectorize-io/hindsight-client";
import type { ErrorCode } from "../errors/catalogue.ts";
import { brand, messageOf, TestkitError } from "../errors/testkit-error.ts";

/** What a failed request was, and how it failed. */
interface Failure {
  /** Method and URL. */
  request: string;
  /** What happened, in one sentence. */
  what: string;
  /** Absent: nothing answered. */
  statusCode?: number;
  details?: unknown;
  cause?: unknown;
}

/**
 * What a call of a client rejects with: the official client's error, with what the toolkit's errors have. `TestkitError.is` and
 * `instanceof HindsightError` both hold.
 *
 * @example
 * try { await client.banks.get("no-such-bank"); } catch (error) {
 *   if (error instanceof RequestError && error.statusCode === 404) console.warn(error.details);
 * }
 */
export class RequestError extends HindsightError implements TestkitError {
  /** `REQUEST_FAILED`: the server answered so. `SERVER_UNREACHABLE`: nothing answered. */
  readonly code: ErrorCode;
  readonly what: string;
  readonly log = undefined;
  /** Method and URL of the request, such as `PATCH http://127.0.0.1:4321/v1/default/banks/my-bank/config`. */
  readonly request: string;

  constructor(code: "REQUEST_FAILED" | "SERVER_UNREACHABLE", failure: Failure) {
    const { what, request, statusCode, details, cause } = failure;
    super(messageOf(code, { what }), statusCode, details);
    this.name = "RequestError";
    this.code = code;
    this.what = what;
    this.request = request;
    if (cause !== undefined) this.cause = cause;
    brand(this);
  }

  /** As `TestkitError.is`: what a preset's `hindsight.client` throws may be of another copy of this class. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return TestkitError.is(error) && "request" in error;
  }

  withoutStack(): this {
    this.stack = `${this.name}: ${this.message}`;
    return this;
  }
}
