import { withFraction } from "../../micro-date.ts";
import { type Fault, INVALID, type Location, type Parsed, type Schema } from "./schema.ts";

/** A date and time as it was written. */
export interface WrittenDate {
  instant: Date;
  /** `2023-06-30T23:59:59.500000`: with microseconds when it is not a whole second. */
  local: string;
  /** `+00:00` */
  offset: string;
  /** Whether the offset was written. */
  zoned: boolean;
}

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T _](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:(Z)|([+\-−])(\d{2}):?(\d{2}))?)?$/i;
const UNIX_TIME = /^[+-]?\d+(\.\d*)?$/;
/** Larger numbers are milliseconds. */
const MAX_SECONDS = 2e10;

/** A date and time, or a date alone, in ISO 8601, or a Unix time, as pydantic reads them; without an offset it is UTC. */
export function dateTime(): Schema<WrittenDate, string> {
  return {
    json: { type: "string", format: "date-time" },
    parse(input, at, faults) {
      if (typeof input === "number") return unixTime(input, input, at, faults);
      if (typeof input !== "string") {
        faults.push({ type: "datetime_type", loc: at, msg: "Input should be a valid datetime", input });
        return INVALID;
      }
      if (UNIX_TIME.test(input)) return unixTime(Number(input), input, at, faults);
      const match = DATE_TIME.exec(input);
      if (!match) return invalid("input is not ISO 8601", input, at, faults);
      const [, date = "", time = "00:00", seconds = "00", fraction = ""] = match;
      const [, , , , , utc, sign, hours = "00", minutes = "00"] = match;
      const offset = `${sign === "-" || sign === "−" ? "-" : "+"}${hours}:${minutes}`;
      if (date.startsWith("0000")) return yearZero(input, at, faults);
      const microseconds = fraction.slice(0, 6).padEnd(6, "0");
      return (
        written(`${date}T${time}:${seconds}`, microseconds, offset, Boolean(utc ?? sign)) ??
        invalid("a part of it is out of range", input, at, faults)
      );
    },
  };
}

function unixTime(value: number, input: unknown, at: Location, faults: Fault[]): Parsed<WrittenDate> {
  const ms = Math.abs(value) > MAX_SECONDS ? value : value * 1_000;
  const instant = new Date(Math.floor(ms));
  if (Number.isNaN(instant.getTime())) return invalid("it is out of range", input, at, faults);
  const iso = instant.toISOString();
  const microseconds = String(Math.round((ms - instant.getTime()) * 1_000)).padStart(3, "0");
  return (
    written(iso.slice(0, 19), iso.slice(20, 23) + microseconds, "+00:00", true) ??
    invalid("it is out of range", input, at, faults)
  );
}

/** @returns undefined where there is no such date, time or offset. */
function written(
  wall: string,
  microseconds: string,
  offset: string,
  zoned: boolean,
): WrittenDate | undefined {
  const clock = new Date(`${wall}Z`);
  // A day that its month does not have is silently moved by Date, as is hour 24.
  if (Number.isNaN(clock.getTime()) || !clock.toISOString().startsWith(wall)) return undefined;
  const instant = withFraction(Date.parse(`${wall}${offset}`), microseconds);
  if (Number.isNaN(instant.getTime())) return undefined;
  return { instant, local: Number(microseconds) > 0 ? `${wall}.${microseconds}` : wall, offset, zoned };
}

function yearZero(input: unknown, loc: Location, faults: Fault[]): typeof INVALID {
  const error = "year 0 is out of range";
  faults.push({
    type: "datetime_parsing",
    loc,
    msg: `Input should be a valid datetime, ${error}`,
    input,
    ctx: { error },
  });
  return INVALID;
}

function invalid(error: string, input: unknown, at: Location, faults: Fault[]): typeof INVALID {
  const msg = `Input should be a valid datetime or date, ${error}`;
  faults.push({ type: "datetime_from_date_parsing", loc: at, msg, input, ctx: { error } });
  return INVALID;
}
