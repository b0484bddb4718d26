import type { TestControl } from "../../../server/test-control.ts";

const BATCH = 8;
const REFILL_BELOW = 4;

/** Sandboxes that wait for their tests. They are made ahead, several in one round trip, while tests run. */
export class SandboxQueue {
  readonly #control: TestControl;
  readonly #ready: string[];
  #refill: Promise<void> | undefined;

  constructor(control: TestControl, ready: readonly string[]) {
    this.#control = control;
    this.#ready = [...ready];
  }

  async take(): Promise<string> {
    for (;;) {
      const sandbox = this.#ready.shift();
      if (this.#ready.length < REFILL_BELOW) {
        this.#refill ??= this.#fill();
        // Whoever needs one waits for it below, and gets its error; a refill ahead of need is tried again then.
        this.#refill.catch(() => {});
      }
      if (sandbox !== undefined) return sandbox;
      await this.#refill;
    }
  }

  async #fill(): Promise<void> {
    try {
      this.#ready.push(...(await this.#control.makeSandboxes(BATCH)));
    } finally {
      this.#refill = undefined;
    }
  }

  /** Waits for a refill in progress, and hands over what no test took. */
  async drain(): Promise<string[]> {
    await this.#refill?.catch(() => {});
    return this.#ready.splice(0);
  }
}
