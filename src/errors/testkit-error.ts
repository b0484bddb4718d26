import type { ErrorCode } from "./catalogue.ts";
import { CATALOGUE } from "./catalogue.ts";

const BRAND = Symbol.for("hindsight-testkit.error");
const DOCS = "https://github.com/hindsight-testkit/hindsight-testkit/blob/main/docs/errors.md";

/** Where an error is documented. */
export function docsOf(code: ErrorCode): string {
  return `${DOCS}#${code.toLowerCase()}`;
}

/** What a caller may add to an error of the catalogue. */
export interface TestkitErrorDetails {
  /** What happened this time: the path, the port, the exit code. One sentence. */
  what: string;
  /** The last lines of the log of the process that failed. */
  log?: string | undefined;
  cause?: unknown;
  /** Why it happens and what to do has been said by another error of the run, and is left out. */
  toldBefore?: boolean;
}

/**
 * Every error that the toolkit raises. Its message says what happened, why, what to do, and where that is documented.
 *
 * @example
 * try { await HindsightServer.start(); } catch (error) {
 *   if (TestkitError.is(error, "POSTGRES_BINARIES_MISSING")) skipOnThisPlatform();
 * }
 */
export class TestkitError extends Error {
  readonly code: ErrorCode;
  /** What happened, in one sentence: the message without the explanation around it. */
  readonly what: string;
  /** The end of the failed process's log, when there is one. */
  readonly log: string | undefined;

  constructor(code: ErrorCode, details: TestkitErrorDetails) {
    super(messageOf(code, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "TestkitError";
    this.code = code;
    this.what = details.what;
    this.log = details.log?.trim();
    brand(this);
  }

  /**
   * Leaves the places in the code out of what a test runner prints: they are the toolkit's own, and the message says all.
   * @returns this error.
   */
  withoutStack(): this {
    this.stack = `${this.name}: ${this.message}`;
    return this;
  }

  /**
   * Whether `error` is one of ours, and of this code if one is given. Works across realms (vm pools, bundled twice),
   * where `instanceof` does not.
   */
  static is(error: unknown, code?: ErrorCode): error is TestkitError {
    if (typeof error !== "object" || error === null || !(BRAND in error)) return false;
    return code === undefined || (error as { code?: unknown }).code === code;
  }
}

/** What happened, why, what to do, and where that is documented. */
export function messageOf(code: ErrorCode, details: TestkitErrorDetails): string {
  const { why, remedy } = CATALOGUE[code];
  const log = details.log?.trim();
  const advice = [`  Why: ${why}`, `  What to do: ${remedy}`, `  More: ${docsOf(code)}`];
  const parts = [
    `[hindsight-testkit ${code}] ${details.what}`,
    ...(details.toldBefore ? [] : advice),
    ...(log ? [`  The end of its log:\n${log.replace(/^/gm, "    ")}`] : []),
  ];
  return parts.join("\n");
}

/** Makes an error of another class one of ours, for `TestkitError.is`. */
export function brand(error: TestkitError): void {
  Object.defineProperty(error, BRAND, { value: true });
}
