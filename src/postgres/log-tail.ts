const LINES = 200;
const LINE_LENGTH = 2_000;

/** The end of a process's log, within bounds. */
export class LogTail {
  readonly #lines: string[] = [];

  push(line: string): void {
    this.#lines.push(line.slice(0, LINE_LENGTH));
    if (this.#lines.length > LINES) this.#lines.shift();
  }

  toString(): string {
    return this.#lines.join("\n");
  }
}
