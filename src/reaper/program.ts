import { createInterface } from "node:readline";
import type { ProcessIdentity } from "./process-identity.ts";
import { exists, identifyProcess } from "./process-identity.ts";
import type { ReaperMessage } from "./protocol.ts";
import { reap } from "./reap.ts";

/** An upper bound of the reaper's life after its parent's, in milliseconds. */
const LAST_MOMENT = 20_000;

/** How often it is looked whether the parent's parent is there, in milliseconds. */
const LOOK_EVERY = 1_000;

interface Watched {
  identity: Promise<ProcessIdentity | undefined>;
  stopSignal: NodeJS.Signals;
}

const processes = new Map<number, Watched>();
const directories = new Set<string>();

function receive(message: ReaperMessage): void {
  if ("watchProcess" in message) {
    // Identified now, while its parent still holds on to the id.
    const identity = identifyProcess(message.watchProcess);
    processes.set(message.watchProcess, { identity, stopSignal: message.stopSignal });
  } else if ("forgetProcess" in message) processes.delete(message.forgetProcess);
  else if ("watchDirectory" in message) directories.add(message.watchDirectory);
  else if ("forgetDirectory" in message) directories.delete(message.forgetDirectory);
  else endWithParent(message.endWithParent, message.graceMs);
}

/** Our own parent is killed a while after its parent has gone; what it leaves behind is reaped then. */
function endWithParent(grandparent: number, graceMs: number): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (exists(grandparent)) return;
    clearInterval(watch);
    setTimeout(() => {
      // Another id: it has ended by itself.
      if (process.ppid === parent) process.kill(parent, "SIGKILL");
    }, graceMs).unref();
  }, LOOK_EVERY).unref();
}

// It outlives what ends its parent, a signal to all of the user's processes included.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  try {
    receive(JSON.parse(line) as ReaperMessage);
  } catch {
    // The last line is cut off when the parent dies while it writes.
  }
}

setTimeout(() => process.exit(1), LAST_MOMENT);
const remaining = await Promise.all(
  [...processes.values()].map(async ({ identity, stopSignal }) => ({ identity: await identity, stopSignal })),
);
await reap(
  remaining.flatMap(({ identity, stopSignal }) => (identity ? [{ ...identity, stopSignal }] : [])),
  directories,
);
process.exit(0);
