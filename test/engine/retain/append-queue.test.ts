import { expect, test } from "vitest";
import { AppendQueue } from "../../../src/engine/retain/append-queue.ts";
import { promiseWithResolvers } from "../../support/promise.ts";

test("who is told to stop while waiting waits no longer, and those behind keep their turn", async () => {
  const queue = new AppendQueue();
  const first = promiseWithResolvers();
  const done: string[] = [];
  const holding = queue.run(["d"], undefined, async () => {
    await first.promise;
    done.push("first");
  });
  const stop = new AbortController();
  const second = queue.run(["d"], stop.signal, async () => done.push("second"));
  const third = queue.run(["d"], undefined, async () => done.push("third"));
  stop.abort(new Error("stopped"));
  await expect(second).rejects.toThrow("stopped");
  expect(done).toEqual([]);
  first.resolve();
  await Promise.all([holding, third]);
  expect(done).toEqual(["first", "third"]);
});
