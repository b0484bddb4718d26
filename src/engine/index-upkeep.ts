import { type IndexUpkeepOptions, keepApproximateIndex } from "../store/vectors/approximate-index.ts";
import type { EngineContext } from "./context.ts";

/** A bank becomes large over hours, or at once, when much is stored in it. */
const LOOK_EVERY_MS = 60_000;

/** Looks now and then whether banks have become large, and sees to the index that their vectors are searched by. */
export class IndexUpkeep {
  readonly #context: EngineContext;
  readonly #stopped = new AbortController();
  readonly #options: IndexUpkeepOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(context: EngineContext, options: IndexUpkeepOptions = {}) {
    this.#context = context;
    this.#options = { ...options, signal: this.#stopped.signal };
  }

  /** Begins, where there is something to see to: with pgvector, and never in test mode, whose answers must not depend on it. */
  start(everyMs = LOOK_EVERY_MS): void {
    const { vectors, testMode, settings } = this.#context;
    if (testMode || vectors.column !== "vector" || !settings.worker.enabled) return;
    void this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  /** Breaks off what is being done: another server, or the next start, takes it up. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort(new Error("The server is stopping"));
    await this.#looking;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#keep().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #keep(): Promise<void> {
    const { database, embedder, logger } = this.#context;
    try {
      const banks = await keepApproximateIndex(database, embedder.dimension, this.#options);
      if (banks.length > 0)
        logger.log("info", "large banks are searched by an index", { banks: banks.length });
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      logger.log("error", "the index of large banks was not made", { error: message });
    }
  }
}
