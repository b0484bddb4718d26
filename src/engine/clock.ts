import { AsyncLocalStorage } from "node:async_hooks";

/** Where the server takes "now" from. */
export interface Clock {
  /** In test mode: of the sandbox that the running work belongs to. */
  now(): Date;
  /** Runs work that belongs to a sandbox. */
  within<T>(sandboxId: string, work: () => T): T;
  /** Calls back when a sandbox's "now" jumps instead of passing: what became due has to be looked at. */
  onJump(listener: (sandboxId: string) => void): void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  within: (_, work) => work(),
  onJump: () => {},
};

/** No sandbox has this id. */
const NOBODYS = "-";

/** "Now" of a sandbox whose clock nobody has moved. What stands where is told by the database, for all of them at once. */
export function unmovedNow(clock: Clock): Date {
  return clock.within(NOBODYS, () => clock.now());
}

/** The instant at which a test's clock stands still, unless the test sets another. */
const TEST_EPOCH = "2025-01-01T00:00:00.000Z";

/**
 * A clock that stands still until it is moved, so that no answer depends on when the test runs. Each sandbox has its own: what
 * one test moves is not seen by those that run beside it.
 */
export class FixedClock implements Clock {
  readonly #start: Date;
  readonly #moved = new Map<string, Date>();
  readonly #sandbox = new AsyncLocalStorage<string>();
  readonly #listeners: ((sandboxId: string) => void)[] = [];

  /** @param start ISO 8601; null: the instant that all tests begin at. */
  constructor(start: string | null = null) {
    this.#start = new Date(start ?? TEST_EPOCH);
  }

  now(): Date {
    return new Date(this.#moved.get(this.#sandbox.getStore() ?? "") ?? this.#start);
  }

  within<T>(sandboxId: string, work: () => T): T {
    return this.#sandbox.run(sandboxId, work);
  }

  onJump(listener: (sandboxId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Moves a sandbox's clock to an instant, forward or back. */
  set(sandboxId: string, now: Date): void {
    this.#moved.set(sandboxId, new Date(now));
    for (const listener of this.#listeners) listener(sandboxId);
  }

  /** Forgets the clock of a sandbox that is over. */
  forget(sandboxId: string): void {
    this.#moved.delete(sandboxId);
  }
}
