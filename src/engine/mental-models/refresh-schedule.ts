import type { EngineContext } from "../context.ts";
import { refreshScheduled } from "./automatic-refreshes.ts";

const LOOK_EVERY_MS = 300_000;

/** Looks now and then which mental models are to be refreshed by their schedule. */
export class RefreshSchedule {
  readonly #context: EngineContext;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Begins, unless the clock stands still: whoever moves it looks then. */
  start(everyMs = LOOK_EVERY_MS): void {
    if (this.#context.testMode) return;
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): void {
    this.#looking ??= refreshScheduled(this.#context, null)
      .catch((error: Error) =>
        this.#context.logger.log("error", "looking for scheduled refreshes failed", { error: error.message }),
      )
      .finally(() => {
        this.#looking = undefined;
      });
  }
}
