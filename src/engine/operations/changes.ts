/** Tells those who wait for a sandbox's operations that something about them changed. */
export class OperationChanges {
  readonly #waiting = new Map<string, Set<() => void>>();

  /**
   * Resolves at the sandbox's next change, or when the signal aborts. Ask for it before looking at the rows, so that no
   * change falls in between.
   */
  next(sandboxId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(sandboxId) ?? new Set();
      this.#waiting.set(sandboxId, waiting);
      const done = () => {
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(sandboxId);
        signal.removeEventListener("abort", done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  announce(sandboxId: string): void {
    for (const done of [...(this.#waiting.get(sandboxId) ?? [])]) done();
  }

  /** After changes may have been missed: everybody looks again. */
  announceAll(): void {
    for (const sandboxId of [...this.#waiting.keys()]) this.announce(sandboxId);
  }
}
