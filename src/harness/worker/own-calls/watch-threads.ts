import { randomUUID } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import threads, { BroadcastChannel, setEnvironmentData, type WorkerOptions } from "node:worker_threads";
import { packageRoot } from "../../../package-root.ts";
import { noteMiss } from "./own-calls.ts";
import { realm } from "./realm.ts";
import type { WatchedCalls } from "./watched-calls.ts";

/**
 * Refuses calls to a provider that are made in worker threads, which nobody intercepts, and fails their test, until the end of
 * the file: every thread that is started meanwhile is told to look for them.
 */
export function watchThreads(calls: WatchedCalls): void {
  const original = threads.Worker;
  const told = new BroadcastChannel(`hindsight-testkit ${randomUUID()}`);
  told.unref();
  told.onmessage = (message) => noteMiss(undefined, String((message as { data: unknown }).data));
  const watcher = ["--require", join(packageRoot(), "dist/msw/watch-thread.cjs")];
  threads.Worker = new Proxy(original, {
    construct(target, [file, given = {}]: [string | URL, WorkerOptions?], newTarget) {
      setEnvironmentData("hindsight-testkit", { channel: told.name, ...calls.watchable });
      const start = (flags: readonly string[]) =>
        Reflect.construct(
          target,
          [file, { ...given, execArgv: [...flags, ...watcher] }],
          newTarget,
        ) as object;
      if (given.execArgv) return start(given.execArgv);
      try {
        return start(process.execArgv);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // Of what a thread inherits, that is named which only a process may have: it has that anyway.
        return start(process.execArgv.filter((flag) => !error.message.includes(flag)));
      }
    },
  });
  // What is imported by name too.
  syncBuiltinESMExports();
  realm().atEnd.add(() => {
    threads.Worker = original;
    syncBuiltinESMExports();
    told.close();
  });
}
