import { addMonths, addMs, msOfDay } from "../civil.ts";
import type { DateReference } from "../span.ts";
import { NUMBER } from "./languages/vocabulary.ts";
import { readTime } from "./time-of-day.ts";
import { takeZone } from "./zones.ts";

const UNITS = "decade|year|month|week|day|hour|minute|second";
const COUNTED = new RegExp(`([+-]?\\s*${NUMBER})\\s*(${UNITS})\\b`, "giu");
/** What may stand beside numbers and units. */
const ALLOWED = new RegExp(`^(?:${UNITS}|ago|in|\\d|:|[ap]m)`);

const UNIT_MS: Record<string, number> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
};
const UNIT_MONTHS: Record<string, number> = { decade: 120, year: 12, month: 1 };

/**
 * The time that a text in the common language counts to: `3 week ago`, `in 2 day`, `1 day ago 5:30 pm`.
 * @returns undefined where the text counts nothing, or holds more than that.
 * @throws DateOutOfRange
 */
export function relativeDate(text: string, reference: DateReference): number | undefined {
  const bare = takeZone(text.replace(/[{}()<>[\]]+/g, ""));
  const words = bare.text.split(/[^\p{L}\p{N}_]/u).filter((word) => word !== "");
  if (!words.every((word) => ALLOWED.test(word))) return undefined;

  // A unit that is named twice counts as often as it says last.
  const amounts = new Map<string, string>();
  for (const [, amount = "", unit = ""] of bare.text.matchAll(COUNTED))
    amounts.set(unit.toLowerCase(), amount);
  if (amounts.size === 0) return undefined;

  const ahead = /\bin\b/.test(bare.text);
  let months = 0;
  let milliseconds = 0;
  for (const [unit, written] of amounts) {
    const amount = Number(written.replaceAll(",", ".").replace(/\s/g, ""));
    const signed = /^[+-]/.test(written) || ahead ? amount : -amount;
    const inMonths = UNIT_MONTHS[unit];
    if (inMonths === undefined) milliseconds += signed * (UNIT_MS[unit] ?? 0);
    // Half a month has no length.
    else if (Number.isInteger(unit === "decade" ? signed * 10 : signed)) months += signed * inMonths;
    else return undefined;
  }
  const date = addMs(addMonths(nowIn(reference, bare.offset), months), milliseconds);
  const time = readTime(bare.text.replace(COUNTED, "").replace(/\b(?:ago|in)\b/g, ""));
  return time === undefined ? date : date - msOfDay(date) + time;
}

/** The clock of the reference, or of the zone that the text names. */
function nowIn({ wall, offset }: DateReference, zone: number | null): number {
  return zone === null || offset === null ? wall : wall + (zone - offset) * 60_000;
}
