import { describe, expect, test } from "vitest";
import type { EngineContext } from "../../../src/engine/context.ts";
import { cancelOperation } from "../../../src/engine/operations/commands.ts";
import { submitRetain } from "../../../src/engine/operations/submit-retain.ts";
import type { Execute } from "../../../src/engine/queue/execution.ts";
import type { RetainItem } from "../../../src/engine/types.ts";
import { promiseWithResolvers } from "../../support/promise.ts";
import { ADDRESS, childOf, item, settled, setUp } from "./worker-fixture.ts";

async function append(
  context: EngineContext,
  content: string,
  more: Partial<RetainItem> = {},
  documentTags: string[] = [],
) {
  const appended = item(content, "log", { updateMode: "append", ...more });
  const { operationIds } = await submitRetain(context, ADDRESS, [appended], { documentTags });
  return operationIds[0] ?? "";
}

const content = (payload: Record<string, unknown>) => (payload.contents as { content: string }[])[0]?.content;

/** Notes what every run takes along. */
function recorder(outcome: (names: (string | undefined)[]) => void = () => {}) {
  const runs: (string | undefined)[][] = [];
  const execute: Execute = async (operation, { folded }) => {
    const names = [operation, ...folded].map(({ taskPayload }) => content(taskPayload));
    runs.push(names);
    outcome(names);
    return { ran: names.length };
  };
  return { runs, execute };
}

describe("waiting appends to one document", () => {
  test("are taken along in order, up to the first that is not alike", async () => {
    const { context, startWorker } = await setUp();
    for (const name of ["1", "2"]) await append(context, name, { tags: [name] });
    await append(context, "3", { updateMode: "replace" });
    for (const name of ["4", "5"]) await append(context, name);
    await append(context, "6", { strategy: "s" });
    await append(context, "7", {}, ["a", "b"]);
    await append(context, "8", {}, ["b", "a"]);
    await append(context, "9", {}, ["b"]);
    const { runs, execute } = recorder();
    expect(await settled(context, await startWorker(execute))).toEqual([]);
    expect(runs).toEqual([["1", "2"], ["3"], ["4", "5"], ["6"], ["7", "8"], ["9"]]);
  });

  test("are at most sixteen beside the first", async () => {
    const { context, startWorker } = await setUp();
    for (let i = 0; i < 20; i++) await append(context, `${i}`);
    const { runs, execute } = recorder();
    expect(await settled(context, await startWorker(execute))).toEqual([]);
    expect(runs.map((names) => names.length)).toEqual([17, 3]);
  });

  test("stay within the tokens of one batch", async () => {
    const { context, startWorker } = await setUp({}, { HINDSIGHT_API_RETAIN_BATCH_TOKENS: "10" });
    for (const name of ["one two three four", "five six seven eight", "nine ten eleven"]) {
      await append(context, name);
    }
    const { runs, execute } = recorder();
    expect(await settled(context, await startWorker(execute))).toEqual([]);
    expect(runs.map((names) => names.length)).toEqual([2, 1]);
  });

  test("all get the outcome; the metadata is the first one's", async () => {
    const { context, startWorker } = await setUp();
    const ids = [await append(context, "1"), await append(context, "2")] as const;
    const { execute } = recorder();
    expect(await settled(context, await startWorker(execute))).toEqual([]);
    const [first, second] = [await childOf(context, ids[0]), await childOf(context, ids[1])];
    expect([first, second]).toMatchObject([{ status: "completed" }, { status: "completed" }]);
    expect(first.resultMetadata).toMatchObject({ ran: 2 });
    expect(second.resultMetadata).not.toHaveProperty("ran");
  });

  test("are halved by each retry, until the one that fails is found", async () => {
    let now = new Date("2025-01-01T00:00:00Z");
    const clock = { now: () => now, within: <T>(_: string, work: () => T) => work(), onJump: () => {} };
    const { context, startWorker } = await setUp({ clock });
    const ids = [];
    for (let i = 0; i < 6; i++) ids.push(await append(context, `${i}`));
    const { runs, execute } = recorder((names) => {
      if (names.includes("5")) throw new Error("not the five");
    });
    for (let retry = 0; retry < 6; retry++) {
      const worker = await startWorker(execute);
      await settled(context, worker);
      await worker.stop();
      now = new Date(now.getTime() + 60_000);
    }
    // Sixteen, eight and four beside the first.
    expect(runs.map((names) => names.length)).toEqual([6, 6, 5, 1, 1]);
    const states = await Promise.all(ids.map((id) => childOf(context, id)));
    expect(states.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 5 }, () => "completed"),
      "failed",
    ]);
  });

  test("of which one is cancelled meanwhile stays cancelled, whichever it is", async () => {
    const { context, startWorker } = await setUp();
    const ids = [await append(context, "1"), await append(context, "2"), await append(context, "3")] as const;
    const { promise, resolve } = promiseWithResolvers();
    const { promise: began, resolve: begin } = promiseWithResolvers();
    const worker = await startWorker(async () => {
      begin();
      await promise;
      return { ran: true };
    });
    await began;
    for (const id of ids.slice(0, 2)) {
      await cancelOperation(context, ADDRESS, (await childOf(context, id)).operationId);
    }
    resolve();
    expect(await settled(context, worker)).toEqual([]);
    const states = await Promise.all(ids.map((id) => childOf(context, id)));
    expect(states.map(({ status }) => status)).toEqual(["cancelled", "cancelled", "completed"]);
    expect(states[0]?.resultMetadata).toMatchObject({ ran: true });
  });

  test("wait again when the first of them is cancelled and its run notices, beside nobody", async () => {
    const { context, startWorker } = await setUp();
    const ids = [await append(context, "1"), await append(context, "2"), await append(context, "3")] as const;
    const { promise, resolve } = promiseWithResolvers();
    const { promise: began, resolve: begin } = promiseWithResolvers();
    let runs = 0;
    let most = 0;
    const worker = await startWorker(async (_, run) => {
      most = Math.max(most, ++runs);
      begin();
      await promise;
      runs--;
      await run.checkpoint();
      return { ran: true };
    });
    await began;
    await cancelOperation(context, ADDRESS, (await childOf(context, ids[0])).operationId);
    const later = await append(context, "4");
    resolve();
    expect(await settled(context, worker)).toEqual([]);
    const states = await Promise.all([...ids, later].map((id) => childOf(context, id)));
    expect(states.map(({ status }) => status)).toEqual(["cancelled", "completed", "completed", "completed"]);
    expect(most).toBe(1);
  });
});
