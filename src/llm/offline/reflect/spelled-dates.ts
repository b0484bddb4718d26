/** Dates as they are written in answers and documents: `January 4, 2024`. */
export const MONTH_NAMES =
  "January February March April May June July August September October November December".split(" ");

const MONTH = MONTH_NAMES.join("|");
const SPELLED = new RegExp(`\\b(?:(${MONTH}) (\\d{1,2}), (\\d{4})|(\\d{1,2}) (${MONTH}) (\\d{4}))\\b`);

/** @param date begins with `YYYY-MM-DD`. */
export function spellDay(date: string): string {
  const [year, month, day] = date.slice(0, 10).split("-").map(Number);
  return `${MONTH_NAMES[(month ?? 1) - 1]} ${day}, ${year}`;
}

/** The first day that a text spells out, as `YYYY-MM-DD`; null: none. */
export function spelledDay(text: string): string | null {
  const [, month, day, year, otherDay, otherMonth, otherYear] = SPELLED.exec(text) ?? [];
  const number = MONTH_NAMES.indexOf(month ?? otherMonth ?? "") + 1;
  if (number === 0) return null;
  const digits = (part: number | string) => String(part).padStart(2, "0");
  return `${year ?? otherYear}-${digits(number)}-${digits(day ?? otherDay ?? 1)}`;
}
