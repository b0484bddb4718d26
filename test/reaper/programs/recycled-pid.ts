import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { openManifest, reapAbandonedManifests } from "../../../src/home/manifest.ts";
import { ourselves } from "../../../src/home/owner.ts";
import { exists, identifyProcess } from "../../../src/reaper/process-identity.ts";
import { endProcess, type WatchedProcess } from "../../../src/reaper/reap.ts";
import { Reaper } from "../../../src/reaper/reaper.ts";

/**
 * Lets the id of an ended process go to another one, in a namespace of process ids that is ours alone, and says on stdout of each
 * way in which processes are ended whether the other one lived. Its argument is a cache directory.
 */
const [home = ""] = process.argv.slice(2);

async function start(): Promise<{ pid: number; end: () => Promise<unknown> }> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const ended = once(child, "exit");
  if (child.pid === undefined) throw new Error("It did not start.");
  return {
    pid: child.pid,
    end: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A process of ours that has ended, and a stranger that has its id. */
async function recycle(watch: (pid: number) => void): Promise<{ watched: WatchedProcess; pid: number }> {
  const ours = await start();
  watch(ours.pid);
  const identity = await identifyProcess(ours.pid);
  if (!identity) throw new Error("It was not found.");
  // Start times are told in hundredths of a second.
  await delay(50);
  await ours.end();
  writeFileSync("/proc/sys/kernel/ns_last_pid", String(ours.pid - 1));
  const stranger = await start();
  if (stranger.pid !== ours.pid)
    throw new Error(`The id ${ours.pid} was not given again, but ${stranger.pid}.`);
  return { watched: { ...identity, stopSignal: "SIGTERM" }, pid: stranger.pid };
}

const results: Record<string, boolean> = {};

const noted = await recycle(() => {});
const manifest = await openManifest(home);
manifest.note({ processes: [], directories: [] }); // makes the folder
writeFileSync(
  manifest.path,
  JSON.stringify({
    owner: { ...(await ourselves()), startTime: "1" },
    processes: [noted.watched],
    directories: [],
  }),
);
await reapAbandonedManifests(home);
results["the sweep of a manifest"] = exists(noted.pid);

const direct = await recycle(() => {});
await endProcess(direct.watched);
results["the end of one process"] = exists(direct.pid);

const reaper = Reaper.start();
const reaped = await recycle((pid) => reaper.watchProcess(pid));
await reaper.close();
results["the reaper"] = exists(reaped.pid);

process.stdout.write(JSON.stringify(results));
process.exit(0);
