import { DateOutOfRange } from "../civil.ts";
import type { DateReference } from "../span.ts";
import { absoluteDate } from "./absolute-date.ts";
import type { Locale } from "./locale.ts";
import { relativeDate } from "./relative-date.ts";
import { takeZone } from "./zones.ts";

/** Seconds since 1970, perhaps with milliseconds and microseconds. */
const TIMESTAMP = /^(\d{10})(\d{3})?(?:\d{3})?(?![^.])/;

/** The date that a text is, all of it; undefined where something in it is not part of a date. */
export function readDate(text: string, locale: Locale, reference: DateReference): number | undefined {
  const date = tidy(text);
  const withoutZone = takeZone(date).text;
  if (!locale.understands(date) && !(withoutZone !== date && locale.understands(withoutZone)))
    return undefined;
  const [, seconds, milliseconds = "0"] = TIMESTAMP.exec(date) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000 + Number(milliseconds);
  const translated = locale.translate(date);
  if (translated.trim() === "") return undefined;
  return (
    orNone(() => relativeDate(translated, reference)) ??
    orNone(() => absoluteDate(translated, locale.order, reference))
  );
}

/** A date that no calendar has is none. */
function orNone(read: () => number | undefined): number | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DateOutOfRange) return undefined;
    throw error;
  }
}

function tidy(text: string): string {
  return text
    .replace(/[\t\n\r\u00bb\u200e\u00b7\u200f\u064e\u064f]|,\sв(?![\p{L}\p{N}_])/gu, " ")
    .replace(/([^\p{L}\p{N}_]|\d)г\./giu, "$1 ")
    .replace(/(\d+)\.\s?(\d+)\.\s?(\d+)\.(?: u)?/gi, "$1.$2.$3 ")
    .replace(/\s+/g, " ")
    .replace(/(?<=[^0-9\s])\./gu, "")
    .replace(/^.*?on:\s+(.*)/, "$1")
    .replace(/:*$/, "")
    .replace(/[\u2019\u02bc\u02bb\u055a\ua78c\u2032\u2035\u02b9\uff07]/g, "'")
    .trim();
}
