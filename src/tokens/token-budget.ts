import { countTokens } from "./tokens.ts";

/**
 * A number of o200k_base tokens to spend on texts, one after the other. What was spent is counted only when the UTF-8
 * length of the texts no longer shows that they fit.
 */
export class TokenBudget {
  #left: number;
  #uncounted: string[] = [];
  #uncountedBytes = 0;

  constructor(tokens: number) {
    this.#left = tokens;
  }

  /** Spends the text's tokens if they fit. */
  async take(text: string): Promise<boolean> {
    const bytes = Buffer.byteLength(text);
    if (this.#uncountedBytes + bytes > this.#left) {
      await this.#settle();
      if (bytes > this.#left) return this.#takeCounted(text);
    }
    this.#uncounted.push(text);
    this.#uncountedBytes += bytes;
    return true;
  }

  async remaining(): Promise<number> {
    await this.#settle();
    return this.#left;
  }

  async #takeCounted(text: string): Promise<boolean> {
    const tokens = await countTokens(text);
    if (tokens > this.#left) return false;
    this.#left -= tokens;
    return true;
  }

  async #settle(): Promise<void> {
    for (const text of this.#uncounted) this.#left -= await countTokens(text);
    this.#uncounted = [];
    this.#uncountedBytes = 0;
  }
}
