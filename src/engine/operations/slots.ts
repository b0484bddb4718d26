/** How many operations may be claimed now, by kind. */
export interface FreeSlots {
  others: number;
  consolidations: number;
}

/**
 * The places for operations that run at once. Some are kept for consolidations; these may take further ones from those that
 * all share, others may not take theirs.
 */
export class Slots {
  readonly #shared: number;
  readonly #reserved: number;
  #consolidations = 0;
  #others = 0;

  constructor(all: number, reserved: number) {
    this.#reserved = Math.min(reserved, all);
    this.#shared = all - this.#reserved;
  }

  /** What is free; when others take what they may, that many consolidations are left. */
  free(): FreeSlots {
    const overflow = Math.max(0, this.#consolidations - this.#reserved);
    const others = Math.max(0, this.#shared - this.#others - overflow);
    return { others, consolidations: others + Math.max(0, this.#reserved - this.#consolidations) };
  }

  take(operationType: string): void {
    if (operationType === "consolidation") this.#consolidations += 1;
    else this.#others += 1;
  }

  giveBack(operationType: string): void {
    if (operationType === "consolidation") this.#consolidations -= 1;
    else this.#others -= 1;
  }
}
