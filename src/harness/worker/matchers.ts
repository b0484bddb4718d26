import { types } from "node:util";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { TestBank } from "./test-bank.ts";

/** What both runners' matchers get as `this`, as far as ours need it. */
interface MatcherContext {
  isNot?: boolean;
}

interface MatcherResult {
  pass: boolean;
  message: () => string;
}

const SHOWN = 10;

function matches(text: string, expected: RegExp | string): boolean {
  return typeof expected === "string" ? text.includes(expected) : expected.test(text);
}

/** Types do not reach who writes JavaScript. @throws TestkitError `INVALID_OPTION` */
function checkUse(bank: unknown, query: unknown, expected: unknown): void {
  const isBank = typeof bank === "object" && bank !== null && "recall" in bank && "id" in bank;
  // A pattern can be another realm's.
  const isExpectation = typeof expected === "string" || types.isRegExp(expected);
  if (isBank && typeof query === "string" && isExpectation) return;
  const what = isBank
    ? "`toRecall` takes a query and what is expected of it, a text or a pattern"
    : "`toRecall` is about a test's bank, not about a client or anything else";
  throw new TestkitError("INVALID_OPTION", {
    what: `${what}: await expect(bank).toRecall("What must I not eat?", /peanuts/).`,
  });
}

/** Matchers about a bank, for the `expect` of Vitest and Jest. */
export const matchers = {
  async toRecall(
    this: MatcherContext,
    bank: Pick<TestBank, "id" | "recall">,
    query: string,
    expected: RegExp | string,
  ): Promise<MatcherResult> {
    checkUse(bank, query, expected);
    const { results } = await bank.recall(query);
    const texts = results.map(({ text }) => text);
    // A pattern with the flag `g` keeps its place between calls.
    const pattern =
      typeof expected === "string" ? expected : new RegExp(expected.source, expected.flags.replace("g", ""));
    const pass = texts.some((text) => matches(text, pattern));
    return {
      pass,
      message: () =>
        [
          `Bank ${bank.id}, asked ${JSON.stringify(query)}, was expected ${this.isNot ? "not " : ""}to recall ${String(expected)}.`,
          texts.length === 0 ? "It recalled nothing." : `It recalled (best first, ${texts.length} in all):`,
          ...texts.slice(0, SHOWN).map((text) => `  ${matches(text, pattern) ? "→" : "-"} ${text}`),
        ].join("\n"),
    };
  },
};

/** The matchers' signatures, for the type of `expect`. */
export interface HindsightMatchers<R = unknown> {
  /**
   * Asserts that recalling `query` from the bank brings a memory whose text holds `expected`.
   *
   * @example
   * await expect(bank).toRecall("What must I not eat?", /peanuts/);
   */
  toRecall(query: string, expected: RegExp | string): Promise<R>;
}
