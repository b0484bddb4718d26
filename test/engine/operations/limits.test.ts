import { expect, test } from "vitest";
import { ensureBank } from "../../../src/engine/banks/banks.ts";
import type { EngineContext } from "../../../src/engine/context.ts";
import { listOperations, readOperation } from "../../../src/engine/operations/read.ts";
import { queueConsolidation } from "../../../src/engine/queue/consolidation.ts";
import { ClaimLostError } from "../../../src/engine/queue/execution.ts";
import { promiseWithResolvers } from "../../support/promise.ts";
import { ADDRESS, childOf, settled, setUp, submit } from "./worker-fixture.ts";

async function consolidate(context: EngineContext) {
  const bank = await ensureBank(context, ADDRESS);
  await context.database.transaction((tx) => queueConsolidation(tx, bank, { now: context.clock.now() }));
}

test("a retain that takes too long has failed at once, and can store nothing more", async () => {
  const { context, startWorker } = await setUp({}, { HINDSIGHT_API_RETAIN_WALL_TIMEOUT: "1.5" });
  const id = await submit(context, "work");
  const { promise: late, resolve } = promiseWithResolvers();
  const { promise: tried, resolve: hasTried } = promiseWithResolvers();
  let refusal: unknown;
  const worker = await startWorker(async (_, run) => {
    await run.note({ begun: true });
    await late;
    await run.note({ late: true }).catch((error: unknown) => {
      refusal = error;
    });
    hasTried();
    return {};
  });
  expect(await settled(context, worker)).toMatchObject([
    { status: "failed", errorMessage: expect.stringContaining("1.5s wall-clock limit") },
  ]);
  resolve();
  await tried;
  expect(refusal).toBeInstanceOf(ClaimLostError);
  const child = await childOf(context, id);
  expect(child).toMatchObject({ status: "failed", retryCount: 0, completedAt: context.clock.now() });
  expect(child.resultMetadata).toMatchObject({ begun: true });
  expect(child.resultMetadata).not.toHaveProperty("late");
  expect((await readOperation(context, ADDRESS, id))?.operation.status).toBe("failed");
});

test("a consolidation may go on for as long as it gets further", async () => {
  // In all longer than the limit, and each step far shorter.
  const { context, startWorker } = await setUp({}, { HINDSIGHT_API_CONSOLIDATION_WALL_TIMEOUT: "2" });
  await consolidate(context);
  const worker = await startWorker(async (_, run) => {
    for (let i = 0; i < 6; i++) {
      await context.database.query("SELECT pg_sleep(0.4)");
      await run.note({ step: i });
    }
    return {};
  });
  expect(await settled(context, worker)).toEqual([]);
});

test("a consolidation that fails while another waits leaves its work to that one", async () => {
  const { context, gate, startWorker } = await setUp();
  const worker = await startWorker();
  await consolidate(context);
  await gate.running(1);
  await consolidate(context);
  gate.finish("consolidation of b", new Error("down"));
  await gate.running(2);
  gate.finish("consolidation of b", new Error("down"));
  const unsuccessful = await settled(context, worker);
  expect(unsuccessful.map(({ status }) => status)).toEqual(["failed", "pending"]);
  const filter = { status: null, type: null, excludeParents: false, limit: 9, offset: 0 };
  const { operations } = await listOperations(context, ADDRESS, filter);
  expect(operations.map(({ retryCount }) => retryCount)).toEqual([1, 0]);
});

test("a checkpoint ends what was cancelled, and nothing overwrites that", async () => {
  const { context, startWorker } = await setUp();
  const id = await submit(context, "work");
  const worker = await startWorker(async ({ operationId }, run) => {
    await run.note({ first: true });
    await context.database.query("UPDATE operations SET status = 'cancelled' WHERE operation_id = $1", [
      operationId,
    ]);
    await run.note({ second: true });
    await run.checkpoint();
    return { third: true };
  });
  expect(await settled(context, worker)).toEqual([]);
  const child = await childOf(context, id);
  expect(child).toMatchObject({ status: "cancelled", completedAt: null, errorMessage: null });
  expect(child.resultMetadata).toMatchObject({ first: true, second: true });
  expect(child.resultMetadata).not.toHaveProperty("third");
});
