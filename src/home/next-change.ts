import { watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Watches a directory for its next change. */
export function nextChange(directory: string): { within(ms: number): Promise<void>; ignore(): void } {
  const abort = new AbortController();
  const changed = new Promise<void>((resolve) => {
    try {
      const watcher = watch(directory, { signal: abort.signal }, () => resolve());
      watcher.on("error", () => {}); // no watch can be had: the timeout remains
    } catch {
      // As above.
    }
  });
  return {
    within: (ms) => Promise.race([changed, delay(ms, undefined, { signal: abort.signal })]),
    ignore: () => abort.abort(),
  };
}
