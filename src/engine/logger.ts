import type { LogLevel } from "../daemon-protocol.ts";

/** One event a line. `fields` are appended as key=value; the daemon writes to stderr. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
}
