import type { ErrorCode } from "../../errors/catalogue.ts";
import { CATALOGUE } from "../../errors/catalogue.ts";
import { TestkitError } from "../../errors/testkit-error.ts";

/** What was found about one thing of this machine. */
export interface Finding {
  /** What was looked at: `node`, `disk`. Several findings can be about the same. */
  check: string;
  /**
   * `ok`: good. `note`: good to know. `warning`: work is possible, but slower, or with surprises. `problem`: it is not.
   */
  status: "ok" | "note" | "warning" | "problem";
  what: string;
  /** Of all but `ok`, where there is something to do. */
  remedy?: string;
  /** Where it is an error that a start would end with. */
  code?: ErrorCode;
  /** The end of the log of what failed. */
  log?: string;
  /** In milliseconds, of what was timed. */
  phases?: Record<string, number>;
}

/** Looks at one side of the machine, and changes nothing but the caches. */
export type Check = () => Promise<Finding[]> | Finding[];

/** An error as a finding. */
export function failed(check: string, error: unknown): Finding {
  if (!TestkitError.is(error)) {
    return { check, status: "problem", what: error instanceof Error ? error.message : String(error) };
  }
  const { code, what, log } = error;
  return { check, status: "problem", what, remedy: CATALOGUE[code].remedy, code, ...(log && { log }) };
}
