import { expect, test } from "vitest";
import { NO_OUTCOME, Progress } from "../../../src/engine/consolidation/progress.ts";

test("a document of many facts is not told of anew with every step, and all of it in the end", async () => {
  const now = new Date("2025-01-01T00:00:00Z");
  let told = 0;
  const note = async (metadata: object) => {
    told += JSON.stringify(metadata).split("observation-").length - 1;
  };
  const operation = { signal: new AbortController().signal, folded: [], note, checkpoint: async () => {} };
  const progress = new Progress(operation, 0, undefined);
  const steps = 1_000;
  for (let step = 0; step < steps; step += 1) {
    const changes = Array.from({ length: 8 }, (_, index) => ({
      documentId: "d",
      kind: "created" as const,
      observationId: `observation-${8 * step + index}`,
    }));
    (await progress.note({ ...NO_OUTCOME, changes }, now, { query: () => Promise.reject() }))();
  }
  const [event] = Object.values(progress.documentEvents(now)).flat();
  expect(event).toMatchObject({ observations_created: { count: 8 * steps } });
  expect(told).toBeLessThan(25 * 8 * steps);
});
