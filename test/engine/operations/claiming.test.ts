import { expect, test } from "vitest";
import { ensureBank } from "../../../src/engine/banks/banks.ts";
import { FixedClock } from "../../../src/engine/clock.ts";
import type { EngineContext } from "../../../src/engine/context.ts";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { Slots } from "../../../src/engine/operations/slots.ts";
import { submitRetain } from "../../../src/engine/operations/submit-retain.ts";
import { queueConsolidation } from "../../../src/engine/queue/consolidation.ts";
import { queueRefresh } from "../../../src/engine/queue/refresh.ts";
import { setClock } from "../../../src/engine/sandboxes/test-clocks.ts";
import { insertSandboxes } from "../../../src/store/sandboxes.ts";
import { ADDRESS, childOf, item, settled, setUp, submit } from "./worker-fixture.ts";

async function consolidate(context: EngineContext, bankId: string, observationScopes?: string[][]) {
  const bank = await ensureBank(context, { sandboxId: "", bankId });
  return context.database.transaction((tx) =>
    queueConsolidation(tx, bank, { now: context.clock.now(), observationScopes }),
  );
}

async function refresh(context: EngineContext, bankId: string) {
  const bank = await ensureBank(context, { sandboxId: "", bankId });
  return context.database.transaction((tx) =>
    queueRefresh(tx, bank, { id: "page", name: "Page" }, { now: context.clock.now() }),
  );
}

test("places kept for consolidation are not others'; what all share may be consolidation's", () => {
  const slots = new Slots(10, 2);
  expect(slots.free()).toEqual({ others: 8, consolidations: 10 });
  for (let i = 0; i < 8; i++) slots.take("retain");
  expect(slots.free()).toEqual({ others: 0, consolidations: 2 });
  slots.take("consolidation");
  slots.take("consolidation");
  expect(slots.free()).toEqual({ others: 0, consolidations: 0 });
  slots.giveBack("retain");
  slots.take("consolidation");
  expect(slots.free()).toEqual({ others: 0, consolidations: 0 });
  slots.giveBack("consolidation");
  expect(slots.free()).toEqual({ others: 1, consolidations: 1 });
  expect(new Slots(1, 2).free()).toEqual({ others: 0, consolidations: 1 });
});

test("a bank with much to do lets another have its turn, and consolidations come last", async () => {
  const { context, gate, startWorker } = await setUp(
    {},
    {
      HINDSIGHT_API_WORKER_MAX_SLOTS: "3",
      HINDSIGHT_API_WORKER_CONSOLIDATION_RESERVED_SLOTS: "1",
    },
  );
  await consolidate(context, "c");
  for (const name of ["a1", "a2", "a3", "a4"]) await submit(context, name);
  await submitRetain(context, { sandboxId: "", bankId: "b2" }, [item("b1")]);
  const worker = await startWorker();
  await gate.running(3);
  expect(gate.started).toEqual(["a1", "a2", "consolidation of c"]);
  gate.finish("a1");
  await gate.running(4);
  gate.finish("a2");
  await gate.running(5);
  expect(gate.started.slice(3)).toEqual(["b1", "a3"]);
  for (const name of ["consolidation of c", "b1", "a3"]) gate.finish(name);
  await gate.running(6);
  gate.finish("a4");
  expect(await settled(context, worker)).toEqual([]);
});

test("a bank's consolidations run one after the other", async () => {
  const { context, gate, startWorker } = await setUp();
  const worker = await startWorker();
  await consolidate(context, "b", [["x"]]);
  await consolidate(context, "b", [["y"]]);
  await consolidate(context, "c");
  await gate.running(2);
  expect([...gate.started].sort()).toEqual(["consolidation of b", "consolidation of c"]);
  gate.finish("consolidation of b");
  await gate.running(3);
  gate.finish("consolidation of b");
  gate.finish("consolidation of c");
  expect(await settled(context, worker)).toEqual([]);
});

test("in turn, a bank's consolidation comes after what is to be retained, and a refresh after both", async () => {
  const { context, gate, startWorker } = await setUp({ testMode: true });
  await submit(context, "first", "d");
  await refresh(context, "b");
  await consolidate(context, "b");
  await submit(context, "second", "e");
  const worker = await startWorker();
  const order = ["first", "second", "consolidation of b", "refresh_mental_model of b"];
  for (const [place, name] of order.entries()) {
    await gate.running(place + 1);
    expect(gate.started).toEqual(order.slice(0, place + 1));
    // What is queued while it runs has its turn after it.
    if (name.startsWith("refresh")) await consolidate(context, "b");
    gate.finish(name);
  }
  await gate.running(5);
  expect(gate.started.at(-1)).toBe("consolidation of b");
  gate.finish("consolidation of b");
  expect(await settled(context, worker)).toEqual([]);
});

test("a row that was put off does not hold up a younger one on the same document", async () => {
  const { context, gate, startWorker } = await setUp();
  const worker = await startWorker();
  await submit(context, "first", "d");
  await gate.running(1);
  gate.finish("first", new Error("out of luck"));
  expect(await settled(context, worker)).toMatchObject([{ status: "pending" }]);
  await submit(context, "second", "d");
  await gate.running(2);
  gate.finish("second");
  expect(await settled(context, worker)).toEqual([]);
});

test("claims are made one after the other: two workers never run two operations on one document", async () => {
  const { context, startWorker } = await setUp();
  let running = 0;
  let most = 0;
  const execute = async () => {
    most = Math.max(most, ++running);
    await context.database.query("SELECT pg_sleep(0.002)");
    running -= 1;
    return {};
  };
  const workers = [await startWorker(execute), await startWorker(execute)] as const;
  await Promise.all(Array.from({ length: 40 }, (_, i) => submit(context, `${i}`, "d")));
  expect(await settled(context, workers[0])).toEqual([]);
  expect(most).toBe(1);
});

test("a server whose worker is switched off executes nothing, and hears what others do", async () => {
  const { context, gate, startWorker } = await setUp();
  const off = { ...context.settings, worker: { ...context.settings.worker, enabled: false } };
  const idle = await setUp({ settings: off });
  const id = await submit(idle.context, "work");
  const worker = await idle.startWorker();
  const changed = worker.changes.next("", AbortSignal.timeout(10_000));
  await submit(idle.context, "more");
  await changed;
  expect(idle.gate.started).toEqual([]);
  expect(await childOf(idle.context, id)).toMatchObject({ status: "pending" });
  expect(ADDRESS.bankId).toBe("b");
  await startWorker();
  expect(gate.started).toEqual([]);
});

test("the clock of one sandbox, moved, makes nothing due in another", async () => {
  const clock = new FixedClock();
  const { context, gate, startWorker } = await setUp({ clock });
  const { database } = context;
  const worker = await startWorker();
  const [sandboxId = ""] = await insertSandboxes(database, 1, { ...ADDRESS, idSeed: "b", now: clock.now() });
  const address = { ...ADDRESS, sandboxId };
  await submitRetain(context, address, [item("elsewhere")]);
  await gate.running(1);
  gate.finish("elsewhere", new Error("out of luck"));
  const wait = { signal: new AbortController().signal, timeoutMs: 10_000 };
  const settling = await waitUntilSettled(context, worker.changes, { sandboxId }, wait);
  expect(settling).toMatchObject({ operations: [{ nextRetryAt: new Date("2025-01-01T00:01:00Z") }] });
  await setClock(context, "", new Date("2025-02-01T00:00:00Z"));
  await submit(context, "here");
  await gate.running(2);
  gate.finish("here");
  expect(await settled(context, worker)).toEqual([]);
  expect(gate.started).toEqual(["elsewhere", "here"]);
  await setClock(context, sandboxId, new Date("2025-01-01T00:01:00Z"));
  await gate.running(3);
  gate.finish("elsewhere");
});

test("in test mode a bank's retains run in turn, each by itself, so that nothing depends on which ends first", async () => {
  const { context, gate, startWorker } = await setUp({ testMode: true });
  const append = { updateMode: "append" } as const;
  const elsewhere = { ...ADDRESS, bankId: "c" };
  for (const [content, documentId] of [["1"], ["2", "d"], ["3", "d"], ["4", "e"]] as const) {
    await submitRetain(context, ADDRESS, [item(content, documentId, documentId ? append : {})]);
  }
  await submitRetain(context, elsewhere, [item("other bank")]);
  const worker = await startWorker();
  await gate.running(2);
  expect([...gate.started].sort()).toEqual(["1", "other bank"]);
  gate.finish("other bank");
  for (const [index, name] of ["1", "2", "3", "4"].entries()) {
    await gate.running(index + 2);
    expect(gate.started).toHaveLength(index + 2);
    expect(gate.started.filter((started) => started !== "other bank").at(-1)).toBe(name);
    gate.finish(name);
  }
  expect(await settled(context, worker)).toEqual([]);
});
