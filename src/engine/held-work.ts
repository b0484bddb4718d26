import type { HeldOperations } from "../store/operation-claims.ts";
import type { SettlingScope } from "../store/operation-settling.ts";

interface Held {
  /** Whose work is waited for: of some banks, or (`undefined`) of all. */
  readonly awaited: Set<readonly string[] | undefined>;
  /** Operations that somebody has asked after. */
  readonly released: Set<string>;
  /** What was read since anything else was asked. */
  readonly reads: Set<string>;
}

/**
 * The sandboxes, in test mode, whose calls to models are recorded. Consolidations and refreshes do not begin there until the
 * test waits for them: what they find is then a matter of what the test did before, and not of how quickly it did it.
 */
export class HeldWork {
  readonly #held = new Map<string, Held>();
  readonly #listeners: (() => void)[] = [];

  /** Calls back when work may begin. */
  onRelease(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** From now on a sandbox's work waits to be waited for. */
  hold(sandboxId: string): void {
    if (this.#held.has(sandboxId)) return;
    this.#held.set(sandboxId, { awaited: new Set(), released: new Set(), reads: new Set() });
  }

  holds(sandboxId: string): boolean {
    return this.#held.has(sandboxId);
  }

  /** A copy of a sandbox holds what that holds. */
  copy(from: string, to: string): void {
    if (this.holds(from)) this.hold(to);
  }

  forget(sandboxId: string): void {
    this.#held.delete(sandboxId);
  }

  /** Lets the work of banks begin for as long as somebody waits for its end. */
  async whileAwaited<T>({ sandboxId, bankIds }: SettlingScope, wait: () => Promise<T>): Promise<T> {
    const held = this.#held.get(sandboxId);
    if (!held) return wait();
    // Two may wait for the same: each has a list of its own.
    const mine = bankIds && [...bankIds];
    held.awaited.add(mine);
    this.#released();
    try {
      return await wait();
    } finally {
      held.awaited.delete(mine);
    }
  }

  /** Lets operations begin that somebody has asked after. */
  release(sandboxId: string, operationIds: readonly string[]): void {
    const held = this.#held.get(sandboxId);
    if (!held || operationIds.length === 0) return;
    for (const id of operationIds) held.released.add(id);
    this.#released();
  }

  /** Forgets what was released for operations that have begun; who asks after one that has to begin again releases it again. */
  begun(operations: readonly { sandboxId: string; operationId: string }[]): void {
    for (const { sandboxId, operationId } of operations)
      this.#held.get(sandboxId)?.released.delete(operationId);
  }

  /**
   * Notes a request.
   * @param read what it reads; `undefined`: it does something else.
   * @returns whether it reads what was read before, and nothing but reading was done since: who does that waits for a change.
   */
  readsAgain(sandboxId: string, read: string | undefined): boolean {
    const held = this.#held.get(sandboxId);
    if (!held) return false;
    if (read === undefined) held.reads.clear();
    else if (held.reads.has(read)) return true;
    else held.reads.add(read);
    return false;
  }

  /** What may not begin now. */
  list(): HeldOperations[] {
    return [...this.#held].flatMap(([sandboxId, { awaited, released }]) => {
      const banks = [...awaited];
      if (banks.includes(undefined)) return [];
      return { sandboxId, bankIds: banks.flatMap((some) => some ?? []), operationIds: [...released] };
    });
  }

  #released(): void {
    for (const listener of this.#listeners) listener();
  }
}
