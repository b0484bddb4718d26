import type { LogLevel } from "../daemon-protocol.ts";
import type { Logger } from "../engine/logger.ts";

const SEVERITY: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };

/** Writes one line an event: `2026-01-01T10:00:00.000Z info POST /v1/… status=200 ms=3`. The time is the wall's. */
export class StderrLogger implements Logger {
  readonly #least: number;
  readonly #onWritten: () => void;

  /** @param onWritten called after each line. */
  constructor(least: LogLevel, onWritten: () => void = () => {}) {
    this.#least = SEVERITY[least];
    this.#onWritten = onWritten;
  }

  log(level: LogLevel, message: string, fields: Record<string, unknown> = {}): void {
    if (SEVERITY[level] < this.#least) return;
    const shown = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}=${quote(value)}`);
    const text = `${new Date().toISOString()} ${level} ${message}${shown.join("")}`;
    // One line an event, whatever an error's text holds.
    process.stderr.write(`${text.replaceAll(/\r?\n/g, "\\n")}\n`);
    this.#onWritten();
  }
}

function quote(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[\s"=]/.test(text) || text === "" ? JSON.stringify(text) : text;
}
