import { Worker } from "node:worker_threads";
import { programPath } from "../../package-root.ts";

/** How long a daemon whose starter is gone may take to end by itself. */
const GRACE_MS = 10_000;

/** Megabytes: it runs ten lines. */
const RESOURCES = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/**
 * Kills this process a while after the end of stdin, also when its own loop is held up and sees no end. Needs no other process,
 * which could be killed. To be called when nobody has to read stdin any more.
 */
export function startWatchdog(): void {
  // Windows gives a pipe to one reader only. There a loop that is held up ends when it goes on.
  if (process.platform === "win32") return;
  const worker = new Worker(programPath("watchdog"), {
    workerData: { graceMs: GRACE_MS },
    resourceLimits: RESOURCES,
    execArgv: [],
  });
  worker.on("error", () => {}); // it does without
  worker.unref();
}
