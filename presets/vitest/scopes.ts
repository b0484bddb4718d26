import * as vitest from "vitest";
import type { Session } from "../../src/harness/worker/session.ts";

/** Vitest 5 has it no more, and resolves what is imported by a literal, needed or not. */
const SUITE = ["vitest", "suite"].join("/") as "vitest/suite";

/** Lets every test run in a scope of its own, by which its LLM calls are known for its. */
export async function runInScopes(session: Session): Promise<void> {
  if (typeof vitest.aroundEach === "function") {
    vitest.aroundEach(async (runTest, { task }) => session.inTest(task, runTest));
    return;
  }
  // Before Vitest 4.1 the test's function is what can be replaced, until it runs.
  const { getFn, setFn } = await import(/* @vite-ignore */ SUITE);
  const replaced = new WeakSet<object>();
  vitest.beforeEach(({ task }) => {
    if (replaced.has(task)) return;
    replaced.add(task);
    const run = getFn(task);
    setFn(task, async () => session.inTest(task, run));
  });
}
