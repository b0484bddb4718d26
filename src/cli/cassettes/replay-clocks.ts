const DAY_MS = 86_400_000;
/** Days that all months have. */
const MONTH_DAYS = 28;

/** Neither falls on the weekday of the other, nor on that of the recording, in whichever direction the day is found. */
const SHIFTS = [
  { days: 11, timeMs: 60_330_000 },
  { days: 17, timeMs: 11_107_000 },
];

/**
 * Clocks for the replays of what was recorded at an instant: in the same month, on other days, at other times of day. The month
 * stays, as tests may well speak of it, and what they say of it is then still so.
 * @param base ISO 8601 @returns the same
 */
export function replayClocks(base: string): string[] {
  const instant = new Date(base);
  const month = Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), 1);
  const time = instant.getTime() - month;
  return SHIFTS.map(({ days, timeMs }) => {
    const day = (Math.floor(time / DAY_MS) + days) % MONTH_DAYS;
    return new Date(month + day * DAY_MS + ((time + timeMs) % DAY_MS)).toISOString();
  });
}
