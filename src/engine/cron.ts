import { createHash } from "node:crypto";
import { Cron } from "croner";

interface Field {
  first: number;
  last: number;
  /** Of the first values. */
  names?: readonly string[];
}

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAY = 4;
const DAYS = [2, WEEKDAY];
const FIELDS: readonly Field[] = [
  { first: 0, last: 59 },
  { first: 0, last: 23 },
  { first: 1, last: 31 },
  { first: 1, last: 12, names: MONTHS },
  { first: 0, last: 7, names: WEEKDAYS },
  { first: 0, last: 59 },
  { first: 1970, last: 2099 },
];

/** Where `R` stands for a day, it is one that every month has. */
const SHORTEST_MONTH = 28;

/**
 * Reads a schedule in UTC: five fields, a sixth of seconds and a seventh of years behind them, or a nickname such as `@daily`.
 * @returns undefined when it is none.
 */
function readCron(text: string): Cron | undefined {
  const written = text.trim().split(/\s+/);
  if (written.length > FIELDS.length) return undefined;
  const fields = written.map((field, place) =>
    field.startsWith("@") ? field : readField(field, place, text),
  );
  if (fields.includes(undefined)) return undefined;
  const [minute, hour, day, month, weekday, second, year] = fields;
  // The library wants the seconds first.
  const placed = [second, minute, hour, day, month, weekday, year].filter((field) => field !== undefined);
  try {
    return new Cron(placed.join(" "), { timezone: "UTC", sloppyRanges: true });
  } catch {
    return undefined;
  }
}

/** A field as the library writes it. @returns undefined for what it takes and upstream's does not. */
function readField(field: string, place: number, text: string): string | undefined {
  const bounds = FIELDS[place];
  if (!bounds) return undefined;
  if (field === "?") return DAYS.includes(place) ? "*" : undefined;
  const parts = field.split(",").map((part) => readPart(part.toLowerCase(), bounds, place, text));
  return parts.includes(undefined) ? undefined : parts.join(",");
}

function readPart(
  part: string,
  { first, last, names }: Field,
  place: number,
  text: string,
): string | undefined {
  if (/^\/|[?+]/.test(part)) return undefined;
  const picked = /^r(?:\((\d+)-(\d+)\))?$/.exec(part);
  if (picked) {
    const from = Number(picked[1] ?? first);
    const to = Number(picked[2] ?? Math.min(last, SHORTEST_MONTH));
    return to < from ? undefined : String(from + (numberOf(text) % (to - from + 1)));
  }
  if (place === WEEKDAY && /l$/.test(part)) return part === "l" ? part : undefined;
  if (place === WEEKDAY && /^l\d$/.test(part)) return `${part.slice(1)}L`;
  const numbered = part.replace(/[a-z]{3}/g, (name) => {
    const value = names?.indexOf(name) ?? -1;
    return value < 0 ? name : String(value);
  });
  const [, span = "", step = ""] = /^(.+?)(?:\/(\d+))?$/.exec(numbered) ?? [];
  // A step beyond the end only takes the beginning.
  if (span === "*" && Number(step) > last) return String(first);
  const [, from, to] = /^(\d+)-(\d+)$/.exec(span) ?? [];
  if (from === undefined || to === undefined || Number(from) <= Number(to)) return numbered;
  // Over the end.
  const every = step && `/${step}`;
  return `${from}-${last}${every},${first}-${to}${every}`;
}

/** The same in every run and on every server: a schedule does not change by being read. */
function numberOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE();
}

export function isCronExpression(text: string): boolean {
  return readCron(text) !== undefined;
}

/** When a schedule last fired, now included; undefined when it never did. */
export function lastFire(text: string, now: Date): Date | undefined {
  // The library leaves out a run at the instant itself, and knows whole seconds only.
  const after = new Date(Math.floor(now.getTime() / 1_000) * 1_000 + 1_000);
  return readCron(text)?.previousRuns(1, after)[0];
}
