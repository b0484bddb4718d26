import { expect, test } from "vitest";
import { FixedClock } from "../../../src/engine/clock.ts";
import { cancelOperation } from "../../../src/engine/operations/commands.ts";
import { deleteOldOperations, settleStrandedParents } from "../../../src/engine/operations/housekeeping.ts";
import { listOperations, readOperation } from "../../../src/engine/operations/read.ts";
import { ADDRESS, childOf, settled, setUp, submit } from "./worker-fixture.ts";

const EVERY = { status: null, type: null, excludeParents: false, limit: 100, offset: 0 };

test("operations that ended long ago are deleted, when the clock gets there, and others stay", async () => {
  const clock = new FixedClock();
  const { context, startWorker } = await setUp(
    { clock, testMode: true },
    { HINDSIGHT_API_OPERATION_RETENTION_DAYS: "2" },
  );
  const worker = await startWorker(async () => ({}));
  await submit(context, "old");
  await settled(context, worker);
  await worker.stop();
  await submit(context, "waits");
  const count = async () => (await listOperations(context, ADDRESS, EVERY)).total;
  clock.set("", new Date("2025-01-02T00:00:00Z"));
  await deleteOldOperations(context, "");
  expect(await count()).toBe(4);
  clock.set("", new Date("2025-01-03T00:00:01Z"));
  await deleteOldOperations(context, "elsewhere");
  // Nor with all others: their clocks may stand elsewhere.
  await deleteOldOperations(context);
  expect(await count()).toBe(4);
  await deleteOldOperations(context, "");
  expect((await listOperations(context, ADDRESS, EVERY)).operations).toMatchObject([
    { status: "pending" },
    { status: "pending" },
  ]);
});

test("without a number of days operations are kept for ever", async () => {
  const clock = new FixedClock();
  const { context } = await setUp({ clock });
  const id = await submit(context, "old");
  await cancelOperation(context, ADDRESS, (await childOf(context, id)).operationId);
  clock.set("", new Date("2099-01-01T00:00:00Z"));
  await deleteOldOperations(context, "");
  expect((await listOperations(context, ADDRESS, EVERY)).total).toBe(2);
});

test("parents that wait for nobody are settled by their children; one without any has failed", async () => {
  const { context } = await setUp();
  const ids = [
    await submit(context, "done"),
    await submit(context, "childless"),
    await submit(context, "waits"),
  ];
  await context.database.query(`UPDATE operations SET status = 'completed' WHERE parent_id = '${ids[0]}'`);
  await context.database.query(`DELETE FROM operations WHERE parent_id = '${ids[1]}'`);
  await settleStrandedParents(context);
  const states = await Promise.all(ids.map((id) => readOperation(context, ADDRESS, id)));
  expect(states.map((found) => found?.operation.status)).toEqual(["completed", "failed", "pending"]);
});
