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

const DAY = 86_400_000;
/** Facts of one chunk are told apart by such steps after the instant of their item. */
const STEPS_MS = 60_000;
/** How far from its day a server puts what was said to be so: "yesterday", "last week", "next month". */
const RELATIVE_DAYS = [-30, -7, -1, 1, 7, 30];

/**
 * The clock of one of our servers, as its header tells: the instant at which it started, and how far it has been moved from
 * there, in milliseconds (`2025-01-01T00:00:00.000Z 0,2592000000`).
 */
export function readClock(header: string): ClockReference {
  const [base = "", offsets = ""] = header.trim().split(" ");
  const start = Date.parse(base);
  const known = offsets.split(",").flatMap((text) => (/^-?\d+$/.test(text) ? [Number(text)] : []));
  return {
    nameOf(period) {
      // Any "now" itself goes before what is a day from another one.
      for (const placeOf of [atNow, daysFromNow]) {
        for (const offset of known) {
          const place = placeOf(start + offset, period);
          if (place !== undefined) return `clock${offset === 0 ? "" : signed(offset)}${place}`;
        }
      }
      return undefined;
    },
  };
}

/** Whether a period holds "now", or lies a few steps after it. */
function atNow(now: number, { from, to }: Period): string | undefined {
  if (now >= from && now < to) return "";
  const steps = from - now;
  return to - from < STEPS_MS && steps > 0 && steps < STEPS_MS ? ` and ${steps} ms` : undefined;
}

/** Whether a period begins on such a day, as those are counted from the day of "now". */
function daysFromNow(now: number, { from, to }: Period): string | undefined {
  if (to - from > DAY) return undefined;
  const midnight = Math.floor(now / DAY) * DAY;
  const days = Math.floor((from - midnight) / DAY);
  const steps = from - (midnight + days * DAY);
  if (!RELATIVE_DAYS.includes(days) || steps >= STEPS_MS) return undefined;
  return ` ${signed(days)} days${steps === 0 ? "" : ` and ${steps} ms`}`;
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

/** The real clock, which servers that are not ours go by: every instant since the test began is "now". */
export function realClock(since: number): ClockReference {
  return { nameOf: ({ from, to }) => (to > since && from <= Date.now() ? "clock" : undefined) };
}
