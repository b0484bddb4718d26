import { expect, test } from "vitest";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import type { TestPlace } from "../../src/harness/worker/places/place.ts";
import type { Session } from "../../src/harness/worker/session.ts";
import { TestLlm } from "../../src/harness/worker/test-llm.ts";
import { TestRun } from "../../src/harness/worker/test-run.ts";

/** A test in `replay` whose sandbox does not settle; `misses` is what the coordinator knows of it. */
function unsettledRun(misses: string[]) {
  const ends: unknown[] = [];
  const session = {
    lease: { kind: "own", id: "lease", llmMode: "replay" },
    client: {
      endTest: async (_lease: string, end: unknown) => {
        ends.push(end);
        return { misses, refused: [], toldBefore: false, unused: [], cassette: "" };
      },
    },
    endTest: () => {},
    removePlace: () => {},
  } as unknown as Session;
  const place = {
    id: "1",
    bank: { id: "test-bank" },
    hindsight: { url: "http://127.0.0.1:1" },
    settle: () => Promise.reject(new TestkitError("BANK_NOT_SETTLED", { what: "still pending." })),
    describe: async () => ({ look: "", server: [] }),
  } as unknown as TestPlace;
  return { ends, run: new TestRun(session, place, "a test", new TestLlm(session, place, "replay")) };
}

test("a test whose memory does not settle ends, and is not recorded", async () => {
  const { ends, run } = unsettledRun([]);
  await expect(run.end({ failed: false })).rejects.toThrow("BANK_NOT_SETTLED");
  expect(ends).toEqual([{ sandbox: "1", passed: false }]);
});

test("a miss explains it better", async () => {
  const { run } = unsettledRun(["consolidation asked m something that was not recorded."]);
  await expect(run.end({ failed: false })).rejects.toThrow(/LLM_MISS.*\n.*consolidation asked m/);
});
