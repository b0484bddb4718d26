/** ISO 8601 in UTC as Python writes it: `+00:00`, and microseconds when it is not a whole second. */
export function isoDate(date: Date): string {
  const text = date.toISOString();
  const fraction = text.slice(20, 23);
  return `${text.slice(0, 19)}${fraction === "000" ? "" : `.${fraction}000`}+00:00`;
}
