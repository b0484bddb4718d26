/** A step of a recall, as its trace shows it. */
export interface Phase {
  name: string;
  seconds: number;
  details: Record<string, unknown>;
}

/** How long the steps of a recall took, in the order in which they began. */
export class Phases {
  readonly list: Phase[] = [];
  readonly #began = performance.now();

  /** Seconds since the recall began. */
  get elapsed(): number {
    return (performance.now() - this.#began) / 1_000;
  }

  add(name: string, seconds: number, details: Record<string, unknown> = {}): void {
    this.list.push({ name, seconds, details });
  }

  /** Does a step. @param describe what the trace says of its result. */
  async measure<T>(
    name: string,
    work: () => T | Promise<T>,
    describe: (result: T) => Record<string, unknown> = () => ({}),
  ): Promise<T> {
    const phase: Phase = { name, seconds: 0, details: {} };
    this.list.push(phase);
    const began = performance.now();
    const result = await work();
    phase.seconds = (performance.now() - began) / 1_000;
    phase.details = describe(result);
    return result;
  }
}
