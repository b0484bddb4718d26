import { TestkitError } from "../../errors/testkit-error.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A line that sets a variable: what comes before the value, the name, the value. */
const ASSIGNMENT = /^\s*(?:export\s+)?([^=#\s][^=]*?)\s*=(.*)$/;
/** What no line of the file can hold. */
const UNWRITABLE = /[\0\r\n]/;

/**
 * The text of an environment file, by Hindsight's rules: `NAME=value` in a line, which may begin with `export`; lines that begin
 * with `#` or have no `=` are passed over; one pair of quotes around a value is removed, and nothing else in it means anything.
 * Changes leave all other lines as they are.
 */
export class EnvFile {
  readonly #lines: string[];

  constructor(text = "") {
    this.#lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
    if (this.#lines.at(-1) === "") this.#lines.pop();
  }

  /** All variables; of several lines for one, the last counts. */
  get values(): Record<string, string> {
    const entries = this.#lines.map(readLine).filter((entry) => entry !== undefined);
    // Not by assignment, which would take `__proto__` for something else.
    return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  }

  /**
   * Sets a variable where it stands, or at the end.
   * @throws TestkitError `INVALID_OPTION`: no name of a variable, or a value of several lines.
   */
  set(name: string, value: string): void {
    if (!NAME.test(name)) {
      throw new TestkitError("INVALID_OPTION", {
        what: `A variable's name must be letters, digits and "_", not ${JSON.stringify(name)}.`,
      });
    }
    // The value may be a secret: it is not repeated.
    if (UNWRITABLE.test(value)) {
      throw new TestkitError("INVALID_OPTION", {
        what: `The value of ${name} must be one line of text: a profile's environment file can hold no other.`,
      });
    }
    const line = `${name}=${quoted(value)}`;
    const last = this.#lines.findLastIndex((other) => readLine(other)?.name === name);
    if (last === -1) this.#lines.push(line);
    else this.#lines[last] = line;
  }

  /** Only its owner may read the file: most often there is a key in it. */
  async write(path: string): Promise<void> {
    await writeFileAtomically(path, this.#lines.map((line) => `${line}\n`).join(""), 0o600);
  }

  /** @returns whether it was set. */
  remove(name: string): boolean {
    const kept = this.#lines.filter((line) => readLine(line)?.name !== name);
    const wasSet = kept.length < this.#lines.length;
    this.#lines.splice(0, this.#lines.length, ...kept);
    return wasSet;
  }
}

function readLine(line: string): { name: string; value: string } | undefined {
  const [, name, text] = ASSIGNMENT.exec(line) ?? [];
  if (name === undefined || text === undefined) return undefined;
  const value = text.trim();
  const isQuoted = value.length >= 2 && /^["']/.test(value) && value[0] === value.at(-1);
  return { name, value: isQuoted ? value.slice(1, -1) : value };
}

/** Quotes where the value would not be read back as it is. */
function quoted(value: string): string {
  return value.trim() !== value || /^["']/.test(value) ? `"${value}"` : value;
}
