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
afterEach(() => {
  session.noteTest({ name: expect.getState().currentTestName ?? "", start, end: Date.now() });
});
afterAll(() => session.close());
