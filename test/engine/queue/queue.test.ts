import { describe, expect, test } from "vitest";
import { ensureBank } from "../../../src/engine/banks/banks.ts";
import type { EngineContext } from "../../../src/engine/context.ts";
import { listOperations, readOperation } from "../../../src/engine/operations/read.ts";
import { OperationWorker } from "../../../src/engine/operations/worker.ts";
import { queueAutomaticConsolidation, queueConsolidation } from "../../../src/engine/queue/consolidation.ts";
import { queueGraphMaintenance } from "../../../src/engine/queue/maintenance.ts";
import { SandboxActivity } from "../../../src/engine/sandboxes/activity.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";

const ADDRESS = { sandboxId: "", bankId: "b" };
const EVERY = { status: null, type: null, excludeParents: false, limit: 100, offset: 0 };

async function setUp(changes: Partial<EngineContext> = {}) {
  const { database } = await createTestDatabase();
  const context = engineContext(database, changes);
  const bank = await ensureBank(context, ADDRESS);
  const now = context.clock.now();
  const consolidate = (options: { observationScopes?: string[][]; callerRequested?: boolean } = {}) =>
    database.transaction((tx) => queueConsolidation(tx, bank, { now, ...options }));
  const maintain = () => database.transaction((tx) => queueGraphMaintenance(tx, bank, now));
  const list = async () => (await listOperations(context, ADDRESS, EVERY)).operations;
  return { context, database, bank, consolidate, maintain, list };
}

describe("consolidation", () => {
  test("joins one that waits; one with scopes stays by itself", async () => {
    const { context, consolidate, list } = await setUp();
    const first = await consolidate({ callerRequested: true });
    expect(first.deduplicated).toBe(false);
    expect(await consolidate()).toEqual({ operationId: first.operationId, deduplicated: true });
    const scoped = [
      await consolidate({ observationScopes: [["a"]] }),
      await consolidate({ observationScopes: [["a"]] }),
    ];
    expect(scoped.map(({ deduplicated }) => deduplicated)).toEqual([false, false]);
    expect(new Set([first, ...scoped].map(({ operationId }) => operationId)).size).toBe(3);
    expect(await list()).toHaveLength(3);
    const found = await readOperation(context, ADDRESS, first.operationId, { withPayload: true });
    expect(found?.payload).toEqual({
      type: "consolidation",
      operation_id: first.operationId,
      bank_id: "b",
      caller_requested: true,
    });
  });

  test("many at once make one", async () => {
    const { consolidate, list } = await setUp();
    await Promise.all(Array.from({ length: 9 }, () => consolidate()));
    expect(await list()).toHaveLength(1);
  });

  test("follows a write only where the bank wants it and there is a model", async () => {
    const { context, database, bank, list } = await setUp();
    await database.transaction((tx) => queueAutomaticConsolidation(context, tx, bank));
    expect(await list()).toEqual([]);
    const llm = createChatModel({ provider: "offline" }, { attribute: false });
    const withModel = engineContext(database, { llm });
    const off = { ...bank, config: { enable_auto_consolidation: false } };
    await database.transaction((tx) => queueAutomaticConsolidation(withModel, tx, off));
    expect(await list()).toEqual([]);
    await database.transaction((tx) => queueAutomaticConsolidation(withModel, tx, bank));
    expect(await list()).toMatchObject([{ operationType: "consolidation", status: "pending" }]);
  });
});

describe("graph maintenance", () => {
  test("that is asked for while one runs makes that one run once more", async () => {
    const { context, maintain, list } = await setUp();
    let runs = 0;
    let started = () => {};
    let end = () => {};
    const worker = new OperationWorker(context, new SandboxActivity(), async () => {
      runs += 1;
      if (runs > 1) return { runs };
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      started();
      await ended;
      return { runs };
    });
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    await maintain();
    await worker.start();
    await running;
    await maintain();
    await maintain();
    const settled = worker.changes.next("", AbortSignal.timeout(10_000));
    end();
    await settled;
    await worker.stop();
    expect(runs).toBe(2);
    expect(await list()).toMatchObject([{ status: "completed", resultMetadata: { runs: 2 } }]);
  });
});
