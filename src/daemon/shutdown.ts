import type { Logger } from "../engine/logger.ts";

interface Step {
  name: string;
  limitMs: number;
  run: () => Promise<void>;
}

/** What has to be undone when the daemon ends: the last that was started first. */
export class Shutdown {
  readonly #steps: Step[] = [];
  #running: Promise<void> | undefined;

  /** @param limitMs how long the step may take; after that it is left to the end of the process. */
  add(name: string, limitMs: number, run: () => Promise<void>): void {
    this.#steps.push({ name, limitMs, run });
  }

  /** Whether it has begun. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Runs all steps; a second call waits for the first. It never throws. */
  run(logger: Logger): Promise<void> {
    this.#running ??= this.#run(logger);
    return this.#running;
  }

  async #run(logger: Logger): Promise<void> {
    for (const { name, limitMs, run } of this.#steps.reverse()) {
      let timer: NodeJS.Timeout | undefined;
      try {
        await Promise.race([
          run(),
          new Promise((_, reject) => {
            timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
          }),
        ]);
      } catch (error) {
        logger.log("warning", `stopping: ${name}`, { error: error instanceof Error ? error.message : error });
      } finally {
        clearTimeout(timer);
      }
    }
  }
}
