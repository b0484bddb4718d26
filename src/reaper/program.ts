import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { WatchedContainer } from "./container.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { identifyProcess } from "./process-identity.ts";
import type { ReaperMessage } from "./protocol.ts";
import { reap } from "./reap.ts";

/** An upper bound of the reaper's life after its parent's, in milliseconds. */
const LAST_MOMENT = 20_000;

interface Watched {
  identity: Promise<ProcessIdentity | undefined>;
  stopSignal: NodeJS.Signals;
}

const processes = new Map<number, Watched>();
const directories = new Set<string>();
const containers = new Map<string, WatchedContainer>();

let manifest: string | undefined;

function receive(message: ReaperMessage): void {
  if ("watchProcess" in message) {
    const { watchProcess: pid, startTime, stopSignal } = message;
    // Where its parent could not say at once which one it is, it is identified now.
    const identity = startTime === undefined ? identifyProcess(pid) : Promise.resolve({ pid, startTime });
    processes.set(pid, { identity, stopSignal });
  } else if ("forgetProcess" in message) processes.delete(message.forgetProcess);
  else if ("watchDirectory" in message) directories.add(message.watchDirectory);
  else if ("forgetDirectory" in message) directories.delete(message.forgetDirectory);
  else if ("watchContainer" in message) containers.set(message.watchContainer.name, message.watchContainer);
  else if ("forgetContainer" in message) containers.delete(message.forgetContainer);
  else manifest = message.manifest;
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
  containers.values(),
);
if (manifest !== undefined) await rm(manifest, { force: true }).catch(() => {});
process.exit(0);
