import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A line may hold what a model answered. */
const LONGEST_LINE = 8_000;

/** The last lines of a process's log: enough to see why it failed, and never more. */
export class LogBuffer {
  readonly #capacity: number;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();

  constructor(capacity = 2_000) {
    this.#capacity = capacity;
  }

  /** Takes in every line of `stream` until it ends. */
  read(stream: Readable): void {
    createInterface({ input: stream }).on("line", (text) => {
      const line = text.slice(0, LONGEST_LINE);
      this.#lines.push(line);
      if (this.#lines.length > this.#capacity) this.#lines.shift();
      for (const listener of this.#listeners) listener(line);
    });
  }

  /** Calls `listener` with every line from now on. */
  onLine(listener: (line: string) => void): void {
    this.#listeners.add(listener);
  }

  /** The last `count` lines, of those that `matches` accepts. */
  tail(count: number, matches: (line: string) => boolean = () => true): string {
    return this.#lines.filter(matches).slice(-count).join("\n");
  }
}
