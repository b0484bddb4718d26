import { afterAll, afterEach, beforeEach, expect, inject } from "vitest";
import { matchers } from "../../src/harness/worker/matchers.ts";
import { Session } from "../../src/harness/worker/session.ts";
import { COORDINATOR_KEY } from "./keys.ts";
import { runInScopes } from "./scopes.ts";
import { fullName, hasPassed } from "./task-name.ts";

// Runs once for every test file, before its imports.
const session = await Session.open({
  coordinator: inject(COORDINATOR_KEY),
  slot: process.env.VITEST_POOL_ID ?? "1",
  file: expect.getState().testPath ?? "",
});

expect.extend(matchers);

await runInScopes(session);

const starts = new WeakMap<object, number>();
beforeEach(({ task }) => {
  session.isComplete = () => task.file.tasks.every(hasPassed);
  starts.set(task, Date.now());
});
afterEach(({ task }) => {
  const end = Date.now();
  session.noteTest({ name: fullName(task), start: starts.get(task) ?? end, end });
});
afterAll(() => session.close());
