import { test as base, expect } from "@jest/globals";
import type { LlmMode, LlmOptions } from "../../src/harness/protocol.ts";
import type { HindsightMatchers } from "../../src/harness/worker/matchers.ts";
import { Session } from "../../src/harness/worker/session.ts";
import type { TestBank } from "../../src/harness/worker/test-bank.ts";
import type { TestHindsight } from "../../src/harness/worker/test-hindsight.ts";
import type { TestLlm } from "../../src/harness/worker/test-llm.ts";
import { shortenConsequences, type TestRun } from "../../src/harness/worker/test-run.ts";

export type { TestBank } from "../../src/harness/worker/test-bank.ts";
export type { TestClock, TestHindsight, TimeSpan } from "../../src/harness/worker/test-hindsight.ts";
export type { LlmAnswer, LlmRequest, TestLlm } from "../../src/harness/worker/test-llm.ts";
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
  /** The test's LLM calls: what was asked, and answers of the test's own. */
  llm: TestLlm;
}

/** How tests run that differ from the project's others. */
export interface TestOverrides {
  /** How LLM calls are answered: a mode, or a mode with its settings. */
  llmOptions?: LlmMode | LlmOptions | undefined;
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
  /**
   * A `test` whose tests run with other options.
   *
   * @example
   * const replayed = test.override({ llmOptions: { mode: "replay", cassette: "shared" } });
   * replayed("remembers", async ({ bank }) => { … });
   */
  override(overrides: TestOverrides): HindsightTest;
}

/** Of concurrent tests only this function of Jest's tells which one runs. */
function runningTestName(): string | undefined {
  const { currentConcurrentTestName, currentTestName } = expect.getState();
  return currentConcurrentTestName?.() ?? currentTestName;
}

interface DefinedTest extends TestOverrides {
  concurrent?: boolean;
  /** Whether it is expected to fail. */
  failing?: boolean;
}

/** A body for Jest's own `test`: it makes the fixtures, runs the test's body, and ends or reports the test. */
function withFixtures(
  name: string,
  body: TestBody,
  { concurrent = false, failing = false, llmOptions }: DefinedTest,
): () => Promise<void> {
  const started = Session.current().defineTest();
  const runTest = async (session: Session, task: object) => {
    started();
    const run = await session.beginTest(runningTestName() ?? name, llmOptions, task);
    if (!concurrent) session.sequentialRun = run;
    if (failing) return expectFailure(session, run, body);
    try {
      await body({ bank: run.bank, hindsight: run.hindsight, llm: run.llm });
    } catch (error) {
      // A missing answer of the model explains the failure better than what the test made of it.
      await run.end({ failed: true }).catch((miss: Error) => {
        if (error instanceof Error) shortenConsequences(miss, [error]);
        throw Object.assign(miss, { cause: error });
      });
      throw error;
    }
    await run.end({ failed: false });
  };
  return () => {
    const session = Session.current();
    const task = {};
    return session.inTest(task, () => runTest(session, task));
  };
}

/** Jest takes any error of a body for the expected one; those of the test's end are thrown after it. */
async function expectFailure(session: Session, run: TestRun, body: TestBody): Promise<void> {
  const end = (failed: boolean) =>
    run.end({ failed }).catch((error: unknown) => {
      session.errorAfterTest = { error };
    });
  try {
    await body({ bank: run.bank, hindsight: run.hindsight, llm: run.llm });
  } catch (error) {
    await end(false);
    throw error;
  }
  await end(true);
}

function define(
  jestTest: (name: string, body: () => Promise<void>, timeout?: number) => void,
  options: DefinedTest,
): DefineTest {
  return (name, body, timeout) => jestTest(name, withFixtures(name, body, options), timeout);
}

/**
 * Jest's `test` with the fixtures `bank`, `hindsight` and `llm`.
 *
 * @example
 * test("remembers an allergy", async ({ bank, hindsight }) => {
 *   const agent = createAgent({ hindsightUrl: hindsight.url, bankId: bank.id });
 *   await agent.chat("I am allergic to peanuts");
 *   await bank.settled();
 *   await expect(bank).toRecall("What must I not eat?", /peanuts/);
 * });
 */
export const test: HindsightTest = createTest({});

function createTest(overrides: TestOverrides): HindsightTest {
  return Object.assign(define(base, overrides), {
    only: define(base.only, overrides),
    skip: define(base.skip, overrides),
    failing: define(base.failing, { ...overrides, failing: true }),
    concurrent: define(base.concurrent, { ...overrides, concurrent: true }),
    todo: base.todo,
    override: (further: TestOverrides) => createTest({ ...overrides, ...further }),
  });
}
