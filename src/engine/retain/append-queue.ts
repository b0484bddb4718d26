/**
 * Lets those that append to the same document do so one after the other: each reads what the one before has written. Without
 * it they would find out only when they write, and start over.
 */
export class AppendQueue {
  /** The end of whoever came last, by document. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs `work` alone among all that name one of these documents.
   * @throws the signal's reason when it aborts before the turn comes.
   */
  async run<T>(keys: readonly string[], signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const wanted = [...new Set(keys)];
    // All places at once: nobody waits for a document while others wait for one that they have.
    const before = wanted.flatMap((key) => this.#last.get(key) ?? []);
    const { promise: ended, resolve: end } = deferred();
    for (const key of wanted) this.#last.set(key, ended);
    try {
      await settledOrAborted(Promise.all(before), signal);
      return await work();
    } finally {
      // Who waits behind waits for those before as well, even if this one gave up.
      Promise.all(before).then(() => {
        end();
        for (const key of wanted) if (this.#last.get(key) === ended) this.#last.delete(key);
      });
    }
  }
}

/** @throws the signal's reason as soon as it aborts. */
async function settledOrAborted(turn: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, resolve: onAbort } = deferred();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    if (!signal?.aborted) await Promise.race([turn, aborted]);
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
