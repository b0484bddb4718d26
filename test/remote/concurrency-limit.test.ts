import { expect, test } from "vitest";
import { ConcurrencyLimit } from "../../src/remote/concurrency-limit.ts";

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Lets all that can go on, go on. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("work beyond the limit waits for its turn", async () => {
  const limit = new ConcurrencyLimit(2);
  const started: number[] = [];
  const gates = [gate(), gate(), gate()];
  const work = gates.map(({ opened }, index) =>
    limit.run(() => {
      started.push(index);
      return opened;
    }),
  );
  await turn();
  expect(started).toEqual([0, 1]);
  gates[1]?.open();
  await work[1];
  await turn();
  expect(started).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(work);
});

test("who gives up while waiting takes no place", async () => {
  const limit = new ConcurrencyLimit(1);
  const first = gate();
  const running = limit.run(() => first.opened);
  const controller = new AbortController();
  const waiting = limit.run(() => Promise.resolve("never"), controller.signal);
  controller.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
  first.open();
  await running;
  expect(await limit.run(() => Promise.resolve("free"))).toBe("free");
});

test("work that fails gives its place back", async () => {
  const limit = new ConcurrencyLimit(1);
  await expect(limit.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await limit.run(() => Promise.resolve("free"))).toBe("free");
});

test("work in the background waits behind all that somebody waits for", async () => {
  const limit = new ConcurrencyLimit(1);
  const first = gate();
  const running = limit.run(() => first.opened);
  const order: string[] = [];
  const add = (name: string, background: boolean) =>
    limit.run(async () => void order.push(name), undefined, { background });
  const others = [add("b1", true), add("l1", false), add("b2", true), add("l2", false)];
  first.open();
  await Promise.all([running, ...others]);
  expect(order).toEqual(["l1", "l2", "b1", "b2"]);
});
