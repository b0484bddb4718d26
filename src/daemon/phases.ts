import type { Phases } from "../daemon-protocol.ts";

/** Measures the phases of the start, one after the other, in milliseconds. */
export class PhaseClock {
  readonly phases: Phases = [];
  readonly #stopping: AbortSignal | undefined;

  /** @param stopping a start that is stopped comes to its end where the next phase would begin. */
  constructor(stopping?: AbortSignal) {
    this.#stopping = stopping;
  }

  add(name: string, ms: number): void {
    this.phases.push({ name, ms: Math.round(ms * 10) / 10 });
  }

  async measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#stopping?.throwIfAborted();
    const began = performance.now();
    const result = await work();
    this.add(name, performance.now() - began);
    return result;
  }
}
