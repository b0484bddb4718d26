import { AsyncLocalStorage } from "node:async_hooks";
import { TEST_EPOCH } from "../daemon-protocol.ts";

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

/** How many instants a sandbox's trail tells of, the first one and the latest: it has to fit into a header. */
const TRAIL_LENGTH = 500;

/** Where a sandbox's clock was moved to. */
interface Moved {
  now: Date;
  /** Whether it got there from where it began by spans of time alone. */
  isRelative: boolean;
  /** How many milliseconds after its beginning it has stood while that was so, in order. */
  offsets: readonly number[];
}

/**
 * A clock that stands still until it is moved, so that no answer depends on when the test runs. Each sandbox has its own: what
 * one test moves is not seen by those that run beside it.
 */
export class FixedClock implements Clock {
  readonly #start: Date;
  readonly #moved = new Map<string, Moved>();
  readonly #sandbox = new AsyncLocalStorage<string>();
  readonly #listeners: ((sandboxId: string) => void)[] = [];

  /** @param start ISO 8601; null: the instant that all tests begin at. */
  constructor(start: string | null = null) {
    this.#start = new Date(start ?? TEST_EPOCH);
  }

  now(): Date {
    return new Date(this.#moved.get(this.running())?.now ?? this.#start);
  }

  /** The sandbox that the running work belongs to. */
  running(): string {
    return this.#sandbox.getStore() ?? "";
  }

  within<T>(sandboxId: string, work: () => T): T {
    return this.#sandbox.run(sandboxId, work);
  }

  onJump(listener: (sandboxId: string) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Moves a sandbox's clock to an instant, forward or back.
   * @param bySpan whether the test named a span of time, and not the instant.
   */
  set(sandboxId: string, now: Date, bySpan = false): void {
    const { offsets, isRelative } = this.#moved.get(sandboxId) ?? { offsets: [0], isRelative: true };
    const offset = now.getTime() - this.#start.getTime();
    const isNew = bySpan && isRelative && !offsets.includes(offset);
    this.#moved.set(sandboxId, {
      now: new Date(now),
      isRelative: bySpan && isRelative,
      offsets: isNew ? [0, ...offsets.slice(1).slice(2 - TRAIL_LENGTH), offset] : offsets,
    });
    this.#jumped(sandboxId);
  }

  /** Lets a sandbox's clock stand where another's does, with its trail. */
  copy(from: string, to: string): void {
    const moved = this.#moved.get(from);
    if (!moved) return;
    this.#moved.set(to, moved);
    this.#jumped(to);
  }

  /**
   * Where a sandbox's clock has stood that follows from where all clocks began: `2025-01-01T00:00:00.000Z 0,86400000`, the
   * beginning and milliseconds after it. What a test named itself is the same wherever clocks begin.
   */
  trail(sandboxId: string): string {
    return `${this.#start.toISOString()} ${(this.#moved.get(sandboxId)?.offsets ?? [0]).join(",")}`;
  }

  #jumped(sandboxId: string): void {
    for (const listener of this.#listeners) listener(sandboxId);
  }

  /** Forgets the clock of a sandbox that is over. */
  forget(sandboxId: string): void {
    this.#moved.delete(sandboxId);
  }
}
