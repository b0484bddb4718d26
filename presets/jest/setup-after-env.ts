import { afterAll, afterEach, beforeEach, expect } from "@jest/globals";
import { matchers } from "../../src/harness/worker/matchers.ts";
import { Session } from "../../src/harness/worker/session.ts";

const session = Session.current();
session.file = expect.getState().testPath ?? "";
expect.extend(matchers);

let start = 0;
beforeEach(() => {
  start = Date.now();
});
afterEach(async () => {
  // Jest gives a test's body no word of a time-out: a run that is still open belongs to a test that failed by it.
  const run = session.sequentialRun;
  session.sequentialRun = undefined;
  await run?.end({ failed: true });
  session.noteTest({ name: expect.getState().currentTestName ?? "", start, end: Date.now() });
  const held = session.errorAfterTest;
  session.errorAfterTest = undefined;
  if (held) throw held.error;
});
afterAll(() => session.close());
