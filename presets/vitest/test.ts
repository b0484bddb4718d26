import { test as base, expect, type TestAPI } from "vitest";
import type { LlmMode, LlmOptions } from "../../src/harness/protocol.ts";
import type { HindsightMatchers } from "../../src/harness/worker/matchers.ts";
import { Session } from "../../src/harness/worker/session.ts";
import type { TestBank } from "../../src/harness/worker/test-bank.ts";
import type { TestHindsight } from "../../src/harness/worker/test-hindsight.ts";
import type { TestLlm } from "../../src/harness/worker/test-llm.ts";
import { shortenConsequences, type TestRun } from "../../src/harness/worker/test-run.ts";
import { failAllTheSame, isToFail } from "./expected-failure.ts";
import { fullName } from "./task-name.ts";

export type { TestBank } from "../../src/harness/worker/test-bank.ts";
export type { TestClock, TestHindsight, TimeSpan } from "../../src/harness/worker/test-hindsight.ts";
export type { LlmAnswer, LlmRequest, TestLlm } from "../../src/harness/worker/test-llm.ts";
export { expect };

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: a declaration can only be merged with the type parameter that Vitest gave it
  interface Assertion<T = any> extends HindsightMatchers<T> {}
  interface AsymmetricMatchersContaining extends HindsightMatchers {}
}

/** What a test gets when it asks for it. */
export interface HindsightFixtures {
  /** The test's own bank: it exists, is empty, and has the same id in every run. */
  bank: TestBank;
  /** The worker's server, through the test's own sandbox: `url` for the code under test, `client` for the test. */
  hindsight: TestHindsight;
  /** The test's LLM calls: what was asked, and answers of the test's own. */
  llm: TestLlm;
  /**
   * How LLM calls are answered in a file, a suite or a test, where that differs from the project: a mode, or a mode with its
   * settings.
   *
   * @example
   * test.override({ llmOptions: { mode: "replay", cassette: "shared" } }); // Vitest 4; `test.scoped` in Vitest 3
   */
  llmOptions: LlmMode | LlmOptions;
}

/**
 * Vitest's `test` with the fixtures `bank`, `hindsight` and `llm`. A test that asks for neither pays nothing.
 *
 * @example
 * test("remembers an allergy", async ({ bank, hindsight }) => {
 *   const agent = createAgent({ hindsightUrl: hindsight.url, bankId: bank.id });
 *   await agent.chat("I am allergic to peanuts");
 *   await bank.settled();
 *   await expect(bank).toRecall("What must I not eat?", /peanuts/);
 * });
 */
export const test: TestAPI<HindsightFixtures> = base.extend<HindsightFixtures & { hindsightRun: TestRun }>({
  llmOptions: {},
  hindsightRun: async ({ task, llmOptions }, use) => {
    const expectsFailure = isToFail(task);
    const run = await Session.current().beginTest(fullName(task), llmOptions, task);
    await use(run);
    try {
      await run.end({ failed: (task.result?.state === "fail") !== expectsFailure });
    } catch (error) {
      failAllTheSame(task);
      shortenConsequences(error, task.result?.errors ?? []);
      throw error;
    }
  },
  hindsight: async ({ hindsightRun }, use) => use(hindsightRun.hindsight),
  llm: async ({ hindsightRun }, use) => use(hindsightRun.llm),
  bank: async ({ hindsightRun }, use) => use(hindsightRun.bank),
});
