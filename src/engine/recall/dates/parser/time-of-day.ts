const HOUR_MS = 3_600_000;

/** `17:05`, `5:05:30 pm`, `5 PM`: hours, minutes, seconds, fraction, half of the day. */
const FORMS = [
  /^(?<H>2[0-3]|[01]\d|\d):(?<M>[0-5]\d|\d):(?<S>[0-5]\d|\d)$/,
  /^(?<I>1[0-2]|0[1-9]|[1-9]):(?<M>[0-5]\d|\d):(?<S>[0-5]\d|\d)\s+(?<p>am|pm)$/i,
  /^(?<H>2[0-3]|[01]\d|\d):(?<M>[0-5]\d|\d)$/,
  /^(?<I>1[0-2]|0[1-9]|[1-9]):(?<M>[0-5]\d|\d)\s+(?<p>am|pm)$/i,
  /^(?<I>1[0-2]|0[1-9]|[1-9])\s+(?<p>am|pm)$/i,
  /^(?<H>2[0-3]|[01]\d|\d):(?<M>[0-5]\d|\d):(?<S>[0-5]\d|\d)\.(?<f>\d{1,6})$/,
  /^(?<I>1[0-2]|0[1-9]|[1-9]):(?<M>[0-5]\d|\d):(?<S>[0-5]\d|\d)\.(?<f>\d{1,6})\s+(?<p>am|pm)$/i,
  // A day of 24 hours does not need the half that is named.
  /^(?<H>2[0-3]|[01]\d|\d):(?<M>[0-5]\d|\d)\s+(?:am|pm)$/i,
];

/** A time of day in milliseconds, or undefined where the text is none. */
export function readTime(text: string): number | undefined {
  const trimmed = text.trim();
  for (const form of FORMS) {
    const groups = form.exec(trimmed)?.groups;
    if (!groups) continue;
    const { H, I, M = "0", S = "0", f = "0", p } = groups;
    const hour = H === undefined ? (Number(I) % 12) + (p?.toLowerCase() === "pm" ? 12 : 0) : Number(H);
    return hour * HOUR_MS + Number(M) * 60_000 + Number(S) * 1000 + Number(`0.${f}`) * 1000;
  }
  return undefined;
}
