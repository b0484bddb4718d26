import { test as base, expect } from "@jest/globals";
import type { HindsightMatchers } from "../../src/harness/worker/matchers.ts";
import { Session } from "../../src/harness/worker/session.ts";
import type { TestBank } from "../../src/harness/worker/test-bank.ts";
import type { TestHindsight } from "../../src/harness/worker/test-run.ts";

export type { TestBank } from "../../src/harness/worker/test-bank.ts";
export type { TestClock, TestHindsight, TimeSpan } from "../../src/harness/worker/test-run.ts";
export { expect };

declare module "expect" {
  interface Matchers<R> extends HindsightMatchers<R> {}
}

/** What a test gets when it asks for it. */
export interface HindsightFixtures {
  /** The test's own bank: it exists, is empty, and has the same id in every run. */
  bank: TestBank;
  /** The worker's server, through the test's own sandbox: `url` for the code under test, `client` for the test. */
  hindsight: TestHindsight;
}

type TestBody = (fixtures: HindsightFixtures) => unknown;
type DefineTest = (name: string, body: TestBody, timeout?: number) => void;

/** Jest's `test`, whose body gets the fixtures. */
export interface HindsightTest extends DefineTest {
  only: DefineTest;
  skip: DefineTest;
  failing: DefineTest;
  concurrent: DefineTest;
  todo(name: string): void;
}

/** Of concurrent tests only this function of Jest's tells which one runs. */
function runningTestName(): string | undefined {
  const { currentConcurrentTestName, currentTestName } = expect.getState();
  return currentConcurrentTestName?.() ?? currentTestName;
}

/** A body for Jest's own `test`: it makes the fixtures, runs the test's body, and ends or reports the test. */
function withFixtures(name: string, body: TestBody, concurrent: boolean): () => Promise<void> {
  return async () => {
    const session = Session.current();
    const run = await session.beginTest(runningTestName() ?? name);
    if (!concurrent) session.sequentialRun = run;
    try {
      await body({ bank: run.bank, hindsight: run.hindsight });
    } catch (error) {
      // A missing answer of the model explains the failure better than what the test made of it.
      await run.end({ failed: true }).catch((miss: Error) => {
        throw Object.assign(miss, { cause: error });
      });
      throw error;
    }
    await run.end({ failed: false });
  };
}

function define(
  jestTest: (name: string, body: () => Promise<void>, timeout?: number) => void,
  { concurrent = false } = {},
): DefineTest {
  return (name, body, timeout) => jestTest(name, withFixtures(name, body, concurrent), timeout);
}

/**
 * Jest's `test` with the fixtures `bank` and `hindsight`.
 *
 * @example
 * test("remembers an allergy", async ({ bank, hindsight }) => {
 *   const agent = createAgent({ hindsightUrl: hindsight.url, bankId: bank.id });
 *   await agent.chat("I am allergic to peanuts");
 *   await bank.settled();
 *   await expect(bank).toRecall("What must I not eat?", /peanuts/);
 * });
 */
export const test: HindsightTest = Object.assign(define(base), {
  only: define(base.only),
  skip: define(base.skip),
  failing: define(base.failing),
  concurrent: define(base.concurrent, { concurrent: true }),
  todo: base.todo,
});
