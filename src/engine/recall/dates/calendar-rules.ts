import { civilOf } from "./civil.ts";
import { phrase } from "./phrase.ts";
import { monthSpan, type Span, yearSpan } from "./span.ts";

/** A phrase that names no day that exists: the query has no window, whatever else it says. */
export const NO_WINDOW = Symbol("no window");

/** The months' names in English, Spanish, Italian, French, German and Russian, from January on. */
const MONTHS = [
  "january|enero|gennaio|janvier|januar|январ[ьяе]",
  "february|febrero|febbraio|f[ée]vrier|februar|феврал[ьяе]",
  "march|marzo|mars|m[äa]rz|март[ае]?",
  "april|abril|aprile|avril|апрел[ьяе]",
  "may|mayo|maggio|mai|ма[йяе]",
  "june|junio|giugno|juin|juni|июн[ьяе]",
  "july|julio|luglio|juillet|juli|июл[ьяе]",
  "august|agosto|ao[uû]t|август[ае]?",
  "september|septiembre|settembre|septembre|сентябр[ьяе]",
  "october|octubre|ottobre|octobre|oktober|октябр[ьяе]",
  "november|noviembre|novembre|ноябр[ьяе]",
  "december|diciembre|dicembre|d[ée]cembre|dezember|декабр[ьяе]",
].map((names) => ({
  /** `13 May` is a day of the month. */
  ofDay: phrase(`\\p{Nd}{1,2} (?:${names})`),
  ofYear: phrase(`(?:${names}) (\\p{Nd}{4})`),
}));

/** A month and its year: the whole month. Of several, the earliest month of a year, not the first in the query. */
export function monthOfYear(query: string): Span | typeof NO_WINDOW | undefined {
  for (const [index, { ofDay, ofYear }] of MONTHS.entries()) {
    if (ofDay.test(query)) continue;
    const digits = ofYear.exec(query)?.[1];
    if (digits === undefined) continue;
    const year = readDigits(digits);
    return year === 0 ? NO_WINDOW : monthSpan(year, index + 1);
  }
  return undefined;
}

const YEAR = new RegExp(
  `${
    phrase(
      "(?:in|during|throughout|year|en|durante|a[nñ]o|nel|anno|dans|pendant|ann[ée]e|im|w[äa]hrend|jahr|в) (\\p{Nd}{4})",
    ).source
  }(?![-/.]\\p{Nd})`,
  "u",
);
const YEARS_BACK = 120;
const YEARS_AHEAD = 20;

/** A year that a word introduces (`in 2019`, not `port 2019`) and that somebody may speak of: the whole year. */
export function yearPhrase(query: string, reference: number): Span | undefined {
  const digits = YEAR.exec(query)?.[1];
  if (digits === undefined) return undefined;
  const year = readDigits(digits);
  const now = civilOf(reference).year;
  return year >= Math.max(1, now - YEARS_BACK) && year <= now + YEARS_AHEAD ? yearSpan(year) : undefined;
}

/** Decimal digits of any script. Those of a script stand in one block, zero first. */
function readDigits(digits: string): number {
  let value = 0;
  for (const digit of digits) {
    let zero = digit.codePointAt(0) ?? 0;
    const code = zero;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    value = value * 10 + code - zero;
  }
  return value;
}
