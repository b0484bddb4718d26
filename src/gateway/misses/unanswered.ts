import { TestkitError } from "../../errors/testkit-error.ts";
import { plural } from "../plural.ts";
import type { Miss } from "./miss-report.ts";

/** What the caller of a missed call gets to read. */
export const NOT_RECORDED = "This call is not in the test's cassette. The failed test says what differs.";

/** What to tell of calls that had no answer. */
export interface Unanswered {
  /** Of those that are not recorded. */
  missed: readonly string[];
  /** Of those that could not be answered, whatever is recorded: nothing is compared, and recording again does not help. */
  refused: readonly string[];
}

export function unanswered(misses: readonly Miss[]): Unanswered {
  const of = (isRefused: boolean) =>
    misses.filter(({ cause }) => (cause === "unreadable") === isRefused).map(({ report }) => report);
  return { missed: of(false), refused: of(true) };
}

/** `LLM_MISS`, with all of it; `LLM_CALL_REFUSED` where nothing was missing from a cassette. */
export function unansweredError(
  { missed, refused }: Unanswered,
  options: { what?: string; cause?: unknown } = {},
): TestkitError {
  const code = missed.length > 0 ? "LLM_MISS" : "LLM_CALL_REFUSED";
  const calls = plural(missed.length + refused.length, "LLM call");
  const { what = `${calls} ${missed.length > 0 ? "had no recorded answer" : "could not be answered"}.` } =
    options;
  return new TestkitError(code, { ...options, what: [what, ...missed, ...refused].join("\n") });
}
