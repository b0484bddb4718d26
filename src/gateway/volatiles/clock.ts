/** Which instants of a text are "now": they differ between runs, and all others are meaning. */
import type { Period } from "./instants.ts";

/** What "now" is for whoever asks the model. */
export interface ClockReference {
  /**
   * The name of the "now" that lies in the period; `undefined` when the period is meaning. Instants that stand in different
   * relations to the clock have different names: a test that moves its clock by a month more asks something else.
   */
  nameOf(period: Period): string | undefined;
}

/**
 * The clock of one of our servers, as its header tells: the instant at which it started, and how far it has been moved from
 * there, in milliseconds (`2025-01-01T00:00:00.000Z 0,2592000000`).
 */
export function readClock(header: string): ClockReference {
  const [base = "", offsets = ""] = header.trim().split(" ");
  const start = Date.parse(base);
  const known = offsets.split(",").flatMap((text) => (/^-?\d+$/.test(text) ? [Number(text)] : []));
  return {
    nameOf({ from, to }) {
      const offset = known.find((moved) => start + moved >= from && start + moved < to);
      if (offset === undefined) return undefined;
      return `clock${offset > 0 ? "+" : ""}${offset === 0 ? "" : offset}`;
    },
  };
}

/** The real clock, which servers that are not ours go by: every instant since the test began is "now". */
export function realClock(since: number): ClockReference {
  return { nameOf: ({ from, to }) => (to > since && from <= Date.now() ? "clock" : undefined) };
}
