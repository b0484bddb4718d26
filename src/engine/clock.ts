/** Where the server takes "now" from. */
export interface Clock {
  now(): Date;
  /** Calls back when "now" jumps instead of passing: what became due has to be looked at. */
  onJump(listener: () => void): void;
}

export const systemClock: Clock = { now: () => new Date(), onJump: () => {} };

/** The instant at which a test's clock stands still, unless the test sets another. */
const TEST_EPOCH = "2025-01-01T00:00:00.000Z";

/** A clock that stands still until it is moved, so that no answer depends on when the test runs. */
export class FixedClock implements Clock {
  readonly #listeners: (() => void)[] = [];
  #now: Date;

  constructor(now: Date | string = TEST_EPOCH) {
    this.#now = new Date(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  onJump(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Moves it to an instant, forward or back. */
  set(now: Date): void {
    this.#now = new Date(now);
    for (const listener of this.#listeners) listener();
  }
}
