import { parseDate } from "../dates.ts";
import { INVALID, type Schema } from "./schema.ts";

/** A date and time, or a date alone, in ISO 8601; without an offset it is UTC. */
export function dateTime(): Schema<Date> {
  return {
    parse(input, at, faults) {
      if (typeof input !== "string") {
        faults.push({ type: "datetime_type", loc: at, msg: "Input should be a valid datetime", input });
        return INVALID;
      }
      const date = parseDate(input);
      if (date) return date.instant;
      const error = "input is not ISO 8601";
      const msg = `Input should be a valid datetime or date, ${error}`;
      faults.push({ type: "datetime_from_date_parsing", loc: at, msg, input, ctx: { error } });
      return INVALID;
    },
  };
}
