/** ISO 8601 in UTC as Python writes it: `+00:00`, and microseconds when it is not a whole second. */
export function isoDate(date: Date): string {
  const text = date.toISOString();
  return `${text.slice(0, 19)}${fractionOf(text)}+00:00`;
}

/** The same with `Z`, as some of the API's dates end. */
export function utcDate(date: Date): string {
  return isoDate(date).replace("+00:00", "Z");
}

/** The fraction of a second as Python writes it: none, or microseconds. @param text a date as `toISOString` gives it. */
export function fractionOf(text: string): string {
  const digits = text.slice(20, -1).padEnd(6, "0");
  return digits === "000000" ? "" : `.${digits}`;
}
