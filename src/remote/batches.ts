import { setMaxListeners } from "node:events";
import type { ConcurrencyLimit } from "./concurrency-limit.ts";

/**
 * Asks for the results of many items in requests of at most `size`, some at once, and puts them in order. When one fails, the
 * others are stopped: none goes on behind the back of whoever gets the error.
 * @throws what the first request that fails throws; the signal's reason.
 */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  size: number,
  limit: ConcurrencyLimit,
  request: (batch: Item[], signal: AbortSignal) => Promise<Result[]>,
  signal?: AbortSignal,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  // Many calls share the signal of one piece of work: that is no leak.
  if (signal) setMaxListeners(0, signal);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const results = await Promise.allSettled(
      batchesOf(items, size).map(async (batch) => {
        try {
          return await limit.run(() => request(batch, controller.signal), controller.signal);
        } catch (error) {
          // The first reason is kept.
          controller.abort(error);
          throw error;
        }
      }),
    );
    controller.signal.throwIfAborted();
    return results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function batchesOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
