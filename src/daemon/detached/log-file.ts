import { copyFileSync, fstatSync, renameSync, truncateSync } from "node:fs";

const STDERR = 2;

/**
 * Keeps the file behind stderr within bounds. It is emptied and not replaced: so what the runtime itself writes there at a crash
 * is in it too. Its earlier contents are `<file>.1`, those before `<file>.2`.
 */
export class LogFile {
  readonly #file: string;
  readonly #maxBytes: number;
  readonly #backups: number;

  /** @param options.maxBytes of one file; 0: no bound. */
  constructor({ file, maxBytes, backups }: { file: string; maxBytes: number; backups: number }) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#backups = backups;
  }

  /** Call after each line. Never fails: a log that cannot be kept is no reason to stop. */
  readonly keepWithinBounds = (): void => {
    try {
      if (this.#maxBytes > 0 && fstatSync(STDERR).size > this.#maxBytes) this.#rotate();
    } catch {
      // As said.
    }
  };

  #rotate(): void {
    for (let number = this.#backups - 1; number >= 1; number--) {
      try {
        renameSync(`${this.#file}.${number}`, `${this.#file}.${number + 1}`);
      } catch {
        // There are not so many yet.
      }
    }
    try {
      if (this.#backups > 0) copyFileSync(this.#file, `${this.#file}.1`);
    } finally {
      // Also when there is no room for the copy.
      truncateSync(this.#file);
    }
  }
}
