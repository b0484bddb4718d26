/** Regular expressions that others wrote: some take as good as for ever on some texts, and would hold up the whole server. */
import { createContext, Script } from "node:vm";

/** What one look at a text may take; those that end need a fraction of it. */
const LIMIT_MS = 100;
/** How often one look is begun anew. */
const MOST_LOOKS = 20;
/** After so many looks that were given up an expression is not tried again. */
const MOST_GIVEN_UP = 3;

const LOOK = new Script("new RegExp(pattern, flags).exec(text)?.[0]");

export class BoundedExpression {
  readonly #realm: { pattern: string; flags: string; text: string };
  #givenUp = 0;

  /** @throws SyntaxError */
  constructor(pattern: string, flags: string) {
    // Read here, so that one that cannot be read is told from one that finds nothing.
    new RegExp(pattern, flags);
    this.#realm = { pattern, flags, text: "" };
    createContext(this.#realm);
  }

  test(text: string): boolean {
    return this.find(text) !== undefined;
  }

  /** What it matches first. @returns undefined when there is nothing, or to find it takes too long */
  find(text: string): string | undefined {
    if (this.#givenUp === MOST_GIVEN_UP) return undefined;
    this.#realm.text = text;
    for (let look = 0; look < MOST_LOOKS; look++) {
      const before = process.cpuUsage();
      try {
        const found: unknown = LOOK.runInContext(this.#realm, { timeout: LIMIT_MS });
        return typeof found === "string" ? found : undefined;
      } catch {
        // On a busy machine the time passes without any work; what is found must not depend on that.
        const { user, system } = process.cpuUsage(before);
        if ((user + system) / 1_000 > LIMIT_MS / 2) break;
      }
    }
    this.#givenUp += 1;
    return undefined;
  }
}

/** Without `u` more is let pass. @returns undefined for what is no regular expression either way. */
export function readExpression(pattern: string): BoundedExpression | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new BoundedExpression(pattern, flags);
    } catch {
      // Tried the other way, or none.
    }
  }
  return undefined;
}
