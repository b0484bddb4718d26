/** Where the server takes "now" from. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The instant at which a test's clock stands still, unless the test sets another. */
const TEST_EPOCH = "2025-01-01T00:00:00.000Z";

/** A clock that stands still, so that no answer depends on when the test runs. */
export class FixedClock implements Clock {
  #now: Date;

  constructor(now: Date | string = TEST_EPOCH) {
    this.#now = new Date(now);
  }

  now(): Date {
    return new Date(this.#now);
  }
}
