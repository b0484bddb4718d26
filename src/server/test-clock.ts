import { types } from "node:util";
import { TestkitError } from "../errors/testkit-error.ts";
import { refuseUnknown } from "./options.ts";
import type { TestControl } from "./test-control.ts";

/** A span of time: the sum of its parts. */
export interface TimeSpan {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

const UNIT_MS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, milliseconds: 1 };

/** What moves it. */
type ClockControl = Pick<TestControl, "readClock" | "moveClock">;

/**
 * The clock that the server takes "now" from. It stands still until it is moved. Everything follows it: dates of what is
 * stored, words like "yesterday", recency in rankings, and work that was put off, which runs at once when it becomes due.
 */
export class TestClock {
  readonly #control: ClockControl;
  readonly #sandbox: string;

  /** @internal */
  constructor(control: ClockControl, sandbox: string) {
    this.#control = control;
    this.#sandbox = sandbox;
  }

  now(): Promise<Date> {
    return this.#control.readClock(this.#sandbox);
  }

  /**
   * Sets it to an instant, forward or back.
   * @param now a date, or ISO 8601; without an offset it is in UTC.
   * @throws TestkitError `INVALID_OPTION`
   */
  async set(now: Date | string): Promise<Date> {
    const text = types.isDate(now) && !Number.isNaN(now.getTime()) ? now.toISOString() : now;
    if (typeof text !== "string") {
      throw new TestkitError("INVALID_OPTION", {
        what: `The clock cannot be set to ${String(now)}; it takes a date, or ISO 8601 such as "2025-03-01T09:00:00Z".`,
      });
    }
    return this.#control.moveClock(this.#sandbox, { now: text });
  }

  /**
   * Moves it forward, or back by a negative span.
   * @param by milliseconds, or a span such as `{ days: 3 }`.
   * @returns the new "now".
   * @throws TestkitError `INVALID_OPTION`
   */
  async advance(by: number | TimeSpan): Promise<Date> {
    const ms = typeof by === "number" ? by : sumOf(by);
    if (!Number.isSafeInteger(ms)) {
      throw new TestkitError("INVALID_OPTION", {
        what: `The clock cannot be moved by ${JSON.stringify(by)}; it takes a whole number of milliseconds, or a span such as { days: 3 }.`,
      });
    }
    return this.#control.moveClock(this.#sandbox, { advance_ms: ms });
  }
}

function sumOf(span: TimeSpan): number {
  let ms = 0;
  refuseUnknown(span, Object.keys(UNIT_MS), "A span of time");
  if (Object.keys(span).length === 0) return Number.NaN;
  for (const [unit, factor] of Object.entries(UNIT_MS)) ms += (span[unit as keyof TimeSpan] ?? 0) * factor;
  return Math.round(ms);
}
