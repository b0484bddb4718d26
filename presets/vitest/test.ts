import { test as base, expect, type TestAPI } from "vitest";
import type { HindsightMatchers } from "../../src/harness/worker/matchers.ts";
import { Session } from "../../src/harness/worker/session.ts";
import type { TestBank } from "../../src/harness/worker/test-bank.ts";
import type { TestHindsight, TestRun } from "../../src/harness/worker/test-run.ts";
import { fullName } from "./task-name.ts";

export type { TestBank } from "../../src/harness/worker/test-bank.ts";
export type { TestClock, TestHindsight, TimeSpan } from "../../src/harness/worker/test-run.ts";
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
}

/**
 * Vitest's `test` with the fixtures `bank` and `hindsight`. A test that asks for neither pays nothing.
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
  hindsightRun: async ({ task }, use) => {
    const run = await Session.current().beginTest(fullName(task));
    await use(run);
    await run.end({ failed: task.result?.state === "fail" });
  },
  hindsight: async ({ hindsightRun }, use) => use(hindsightRun.hindsight),
  bank: async ({ hindsightRun }, use) => use(hindsightRun.bank),
});
