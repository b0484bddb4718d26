import { setMaxListeners } from "node:events";

interface Waiting {
  enter: () => void;
  background: boolean;
}

/**
 * Lets a number of pieces of work run at once; the others wait in the order in which they came, those in the background behind
 * all others.
 */
export class ConcurrencyLimit {
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** @throws the signal's reason when it is aborted before the work has begun. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal, options = { background: false }): Promise<T> {
    await this.#acquire(signal, options.background);
    try {
      return await work();
    } finally {
      const next = this.#next();
      // The place passes to the one who waits, so nobody can take it in between.
      if (next) next.enter();
      else this.#free += 1;
    }
  }

  #next(): Waiting | undefined {
    const live = this.#waiting.findIndex(({ background }) => !background);
    return this.#waiting.splice(Math.max(live, 0), 1)[0];
  }

  #acquire(signal: AbortSignal | undefined, background: boolean): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiting = {
        background,
        enter: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      // That many wait on one signal is no leak.
      if (signal) setMaxListeners(0, signal);
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
    });
  }
}
