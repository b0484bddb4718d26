import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/engine/clock.ts";
import { OperationChanges } from "../../../src/engine/operations/changes.ts";
import { cancelOperation, deleteOperation, retryOperation } from "../../../src/engine/operations/commands.ts";
import { settleParent } from "../../../src/engine/operations/parents.ts";
import { readOperation } from "../../../src/engine/operations/read.ts";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { submitRetain } from "../../../src/engine/operations/submit-retain.ts";
import type { OperationWorker } from "../../../src/engine/operations/worker.ts";
import type { Queryable } from "../../../src/store/database.ts";
import { promiseWithResolvers } from "../../support/promise.ts";
import { ADDRESS, childOf, item, settled, setUp, submit } from "./worker-fixture.ts";

describe("claiming", () => {
  test("runs eight at a time, oldest first, and goes on when one ends", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    for (let i = 1; i <= 10; i++) await submit(context, `${i}`);
    await gate.running(8);
    expect(gate.started).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    gate.finish("3");
    await gate.running(9);
    expect(gate.started.at(-1)).toBe("9");
    for (const name of [1, 2, 4, 5, 6, 7, 8, 9]) gate.finish(`${name}`);
    await gate.running(10);
    gate.finish("10");
    expect(await settled(context, worker)).toEqual([]);
  });

  test("work on one document waits its turn, other work does not", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    await submit(context, "first", "d");
    await submit(context, "second", "d");
    await submit(context, "other", "e");
    await gate.running(2);
    expect(gate.started).toEqual(["first", "other"]);
    gate.finish("first");
    await gate.running(3);
    expect(gate.started.at(-1)).toBe("second");
    gate.finish("second");
    gate.finish("other");
    expect(await settled(context, worker)).toEqual([]);
  });

  test("work on one document waits for a run that was cancelled and has not stopped yet", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    const first = await submit(context, "first", "d");
    await submit(context, "second", "d");
    await gate.running(1);
    await cancelOperation(context, ADDRESS, (await childOf(context, first)).operationId);
    await submit(context, "other", "e");
    await gate.running(2);
    expect(gate.started).toEqual(["first", "other"]);
    gate.finish("first");
    await gate.running(3);
    gate.finish("second");
    gate.finish("other");
    expect(await settled(context, worker)).toEqual([]);
  });

  test("what was claimed along with a run that is cancelled goes on", async () => {
    const { context, startWorker } = await setUp();
    const first = await submit(context, "first", "d");
    const other = await submit(context, "other", "e");
    const { promise: bothRun, resolve: bothStarted } = promiseWithResolvers();
    const { promise: cancelled, resolve: cancel } = promiseWithResolvers();
    const { promise: released, resolve: release } = promiseWithResolvers();
    const started: string[] = [];
    const worker = await startWorker(async (operation, run) => {
      started.push(operation.operationId);
      if (started.length === 2) bothStarted();
      await cancelled;
      if (operation.parentId === other) await released;
      await run.checkpoint();
      return { ran: true };
    });
    await bothRun;
    await cancelOperation(context, ADDRESS, (await childOf(context, first)).operationId);
    const { signal } = new AbortController();
    cancel();
    for (;;) {
      const changed = worker.changes.next("", signal);
      const { rows } = await context.database.query(
        "SELECT FROM operations WHERE status = 'cancelled' AND worker_id IS NOT NULL",
      );
      if (rows.length === 0) break;
      await changed;
    }
    release();
    expect(await settled(context, worker)).toEqual([]);
    expect((await childOf(context, other)).status).toBe("completed");
    expect(started).toHaveLength(2);
  });

  test("a run that was cancelled is waited for, also when its operation is deleted", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    const first = await childOf(context, await submit(context, "first", "d"));
    await gate.running(1);
    await cancelOperation(context, ADDRESS, first.operationId);
    await deleteOperation(context, ADDRESS, first.operationId);
    await submit(context, "second", "d");
    await submit(context, "other", "e");
    await gate.running(2);
    expect(gate.started).toEqual(["first", "other"]);
    gate.finish("other");
    const open = await waitUntilSettled(context, worker.changes, ADDRESS, {
      signal: new AbortController().signal,
      timeoutMs: 0,
    });
    expect(open).toMatchObject({ outcome: "open" });
    expect(open.outcome === "open" && open.operations.map(({ status }) => status)).toContain("cancelled");
    gate.finish("first");
    await gate.running(3);
    gate.finish("second");
    expect(await settled(context, worker)).toEqual([]);
  });

  test("a retry of a cancelled run waits until that has stopped", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    const { operationId } = await childOf(context, await submit(context, "first"));
    await gate.running(1);
    for (let times = 0; times < 2; times++) {
      await cancelOperation(context, ADDRESS, operationId);
      await retryOperation(context, ADDRESS, operationId);
    }
    await submit(context, "other");
    await gate.running(2);
    expect(gate.started).toEqual(["first", "other"]);
    gate.finish("first");
    await gate.running(3);
    expect(gate.started).toEqual(["first", "other", "first"]);
    gate.finish("first");
    gate.finish("other");
    expect(await settled(context, worker)).toEqual([]);
    expect((await context.database.query("SELECT FROM deleted_runs")).rowCount).toBe(0);
  });

  test("two workers on one database share the work, and neither runs what the other does", async () => {
    const { context, gate, startWorker } = await setUp();
    const [one] = await Promise.all([startWorker(), startWorker()]);
    const names = Array.from({ length: 16 }, (_, i) => `${i}`);
    for (const name of names) await submit(context, name);
    await gate.running(16);
    expect([...gate.started].sort()).toEqual([...names].sort());
    for (const name of names) gate.finish(name);
    // The first hears of what the second finished.
    expect(await settled(context, one as OperationWorker)).toEqual([]);
  });
});

describe("recovery", () => {
  test("a worker that stops hands its work back, and another takes it", async () => {
    const { context, gate, startWorker } = await setUp();
    const first = await startWorker();
    const id = await submit(context, "work");
    await gate.running(1);
    await first.stop();
    expect(await childOf(context, id)).toMatchObject({ status: "pending", retryCount: 1 });
    const second = await startWorker();
    await gate.running(2);
    gate.finish("work");
    gate.finish("work");
    expect(await settled(context, second)).toEqual([]);
    expect(await childOf(context, id)).toMatchObject({ status: "completed", retryCount: 1 });
  });

  test("what a killed worker had claimed is taken back at the next start, until it has died too often", async () => {
    const { context, gate, startWorker } = await setUp();
    const id = await submit(context, "work");
    const { operationId } = await childOf(context, id);
    const claimedByTheDead = (retries: number) =>
      context.database.query(
        "UPDATE operations SET status = 'processing', worker_id = '7.1', retry_count = $2 WHERE operation_id = $1",
        [operationId, retries],
      );
    await claimedByTheDead(0);
    const worker = await startWorker();
    await gate.running(1);
    gate.finish("work");
    expect(await settled(context, worker)).toEqual([]);

    await claimedByTheDead(3);
    const next = await startWorker();
    const [failed] = await settled(context, next);
    expect(failed).toMatchObject({ operationId, errorMessage: expect.stringContaining("recovery attempts") });
  });

  test("the work of a worker that lives is left alone", async () => {
    const { context, gate, startWorker } = await setUp();
    const first = await startWorker();
    const id = await submit(context, "work");
    await gate.running(1);
    await startWorker();
    expect(await childOf(context, id)).toMatchObject({ status: "processing", retryCount: 0 });
    gate.finish("work");
    expect(await settled(context, first)).toEqual([]);
    expect(gate.started).toEqual(["work"]);
  });

  test("a worker that lost its connection begins anew, and runs its work again", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    const id = await submit(context, "work");
    await gate.running(1);
    await context.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await gate.running(2);
    gate.finish("work");
    gate.finish("work");
    expect(await settled(context, worker)).toEqual([]);
    expect(await childOf(context, id)).toMatchObject({ status: "completed", retryCount: 1 });
  });

  test("a worker that loses its connection and a claim at the same time begins anew once", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    const other = await context.database.connect();
    // As a server that is claiming at this moment.
    await other.query("SELECT pg_advisory_lock(key) FROM (VALUES (18516)) AS claims (key)");
    await submit(context, "work");
    await waitingFor(other, "advisory");
    const end = (granted: boolean) =>
      other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted = $1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()`,
        [granted],
      );
    await end(true);
    await end(false);
    await other.query("SELECT pg_advisory_unlock_all()");
    await gate.running(1);
    gate.finish("work");
    expect(await settled(context, worker)).toEqual([]);
    await worker.stop();
    other.release();
    const { totalCount, idleCount } = context.database.pool;
    expect(totalCount).toBe(idleCount);
  });
});

describe("failures", () => {
  test("an error is retried three times, a minute apart, before it counts", async () => {
    let now = new Date("2025-01-01T00:00:00Z");
    const { context, gate, startWorker } = await setUp({
      clock: { now: () => now, within: (_, work) => work(), onJump: () => {} },
    });
    const id = await submit(context, "work");
    for (let retries = 0; retries < 3; retries++) {
      const worker = await startWorker();
      await gate.running(retries + 1);
      gate.finish("work", new Error("out of luck"));
      const due = new Date(now.getTime() + 60_000);
      expect(await settled(context, worker)).toMatchObject([{ status: "pending", nextRetryAt: due }]);
      expect(await childOf(context, id)).toMatchObject({ retryCount: retries + 1, completedAt: null });
      await worker.stop();
      now = due;
    }
    const worker = await startWorker();
    await gate.running(4);
    gate.finish("work", new Error("out of luck"));
    expect(await settled(context, worker)).toMatchObject([
      { status: "failed", errorMessage: "Error: out of luck" },
    ]);
    const parent = await readOperation(context, ADDRESS, id);
    expect(parent?.operation).toMatchObject({
      status: "failed",
      errorMessage: "Error: out of luck",
      completedAt: null,
    });
    expect(parent?.children?.[0]).toMatchObject({ status: "failed", retryCount: 3, completedAt: now });
  });

  test("where the clock runs, a retry comes by itself", async () => {
    const { context, gate, startWorker } = await setUp({ clock: systemClock, testMode: false });
    const id = await submit(context, "work");
    const { operationId } = await childOf(context, id);
    const soon = new Date(Date.now() + 300);
    await context.database.query("UPDATE operations SET next_retry_at = $2 WHERE operation_id = $1", [
      operationId,
      soon,
    ]);
    await startWorker();
    await gate.running(1);
    expect(Date.now()).toBeGreaterThanOrEqual(soon.getTime());
    gate.finish("work");
  });

  test.each([1, 2, 3, 4, 5, 6])(
    "a retry that falls due between two looks at the clock is not missed (%d)",
    async (looks) => {
      const start = Date.now();
      let looked = 0;
      const clock = { ...systemClock, now: () => new Date(start + 100 * looked++) };
      const { context, gate, startWorker } = await setUp({ clock, testMode: false });
      const { operationId } = await childOf(context, await submit(context, "work"));
      await context.database.query("UPDATE operations SET next_retry_at = $2 WHERE operation_id = $1", [
        operationId,
        new Date(start + 100 * (looked + looks) - 50),
      ]);
      await startWorker();
      await gate.running(1);
      gate.finish("work");
    },
  );

  test("a run that ends after its row was cancelled changes nothing but the metadata", async () => {
    const { context, gate, startWorker } = await setUp();
    const worker = await startWorker();
    const id = await submit(context, "work");
    await gate.running(1);
    const { operationId } = await childOf(context, id);
    await context.database.query("UPDATE operations SET status = 'cancelled' WHERE operation_id = $1", [
      operationId,
    ]);
    const changed = worker.changes.next("", AbortSignal.timeout(10_000));
    gate.finish("work");
    await changed;
    expect(await childOf(context, id)).toMatchObject({
      status: "cancelled",
      resultMetadata: { ran: "work" },
    });
  });
});

describe("parents", () => {
  test.each([
    [["completed", "completed"], "completed"],
    [["completed", "cancelled"], "cancelled"],
    [["cancelled", "failed"], "failed"],
    [["completed", "processing"], "pending"],
  ])("of %j are %s", async (children, status) => {
    const { context } = await setUp();
    const large = "word ".repeat(11_000);
    const { operationIds } = await submitRetain(context, ADDRESS, [item(large), item(large)]);
    const [id = ""] = operationIds;
    for (const [index, child] of children.entries()) {
      await context.database.query(
        `UPDATE operations SET status = $2, error_message = CASE WHEN $2 = 'failed' THEN 'why' END
         WHERE parent_id = $1 AND (result_metadata->>'sub_batch_index')::int = $3`,
        [id, child, index + 1],
      );
    }
    const { rows } = await context.database.query<{ bankKey: string }>(
      'SELECT bank_key AS "bankKey" FROM banks',
    );
    const bankKey = rows[0]?.bankKey ?? "";
    await context.database.transaction((tx) => settleParent(tx, bankKey, id, context.clock.now()));
    const parent = await readOperation(context, ADDRESS, id);
    expect(parent?.operation).toMatchObject({ status, errorMessage: status === "failed" ? "why" : null });
  });
});

test("a change that falls between the look and the wait is not missed", async () => {
  const changes = new OperationChanges();
  const waiting = changes.next("1", new AbortController().signal);
  changes.announce("2");
  changes.announce("1");
  await waiting;
  const aborted = new AbortController();
  const given = changes.next("1", aborted.signal);
  aborted.abort();
  await given;
});

/** Resolves when somebody waits for a lock of this kind. */
async function waitingFor(db: Queryable, locktype: string): Promise<void> {
  for (;;) {
    const { rows } = await db.query(
      `SELECT FROM pg_locks WHERE locktype = $1 AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [locktype],
    );
    if (rows.length > 0) return;
  }
}
