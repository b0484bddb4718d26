/** A date that knows its microseconds, as Postgres' timestamps do; a Date ends at milliseconds. */
class MicroDate extends Date {
  readonly #microseconds: number;

  /** @param microseconds beyond the millisecond, 1 to 999. */
  constructor(ms: number, microseconds: number) {
    super(ms);
    this.#microseconds = microseconds;
  }

  /** In milliseconds, with a fraction: what is computed with it keeps the microseconds. */
  override getTime(): number {
    return (super.getTime() * 1_000 + this.#microseconds) / 1_000;
  }

  override valueOf(): number {
    return this.getTime();
  }

  override toISOString(): string {
    return `${super.toISOString().slice(0, -1)}${String(this.#microseconds).padStart(3, "0")}Z`;
  }
}

/**
 * The instant at so many milliseconds, which may have a fraction. Its `getTime` has it too, and `toISOString` six digits; where
 * there is none it is a Date like any other. As a parameter of a query it is given as `toISOString`: the driver cuts Dates.
 */
export function instantAt(ms: number): Date {
  const whole = Math.floor(ms);
  const microseconds = Math.round((ms - whole) * 1_000);
  if (Number.isNaN(ms) || microseconds === 0) return new Date(whole);
  return microseconds === 1_000 ? new Date(whole + 1) : new MicroDate(whole, microseconds);
}

/** @param fraction the digits of a second's fraction; those beyond the microsecond do not count. */
export function withFraction(secondMs: number, fraction: string): Date {
  const digits = fraction.slice(0, 6).padEnd(6, "0");
  const ms = secondMs + Number(digits.slice(0, 3));
  const microseconds = Number(digits.slice(3));
  return microseconds === 0 || Number.isNaN(ms) ? new Date(ms) : new MicroDate(ms, microseconds);
}

const FRACTION = /\.(\d+)/;

/** What the driver made of a timestamp, with the microseconds that it left out. */
export function withMicroseconds(parsed: unknown, text: string): unknown {
  const fraction = FRACTION.exec(text)?.[1] ?? "";
  if (!(parsed instanceof Date) || fraction.length <= 3) return parsed;
  return withFraction(parsed.getTime() - Number(fraction.slice(0, 3)), fraction);
}
