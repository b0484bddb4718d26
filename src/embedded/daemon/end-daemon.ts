import { setTimeout as delay } from "node:timers/promises";
import type { DaemonRecord } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { ourselves } from "../../home/owner.ts";
import { isRunning } from "../../reaper/process-identity.ts";
import { endProcess, haveEnded } from "../../reaper/reap.ts";
import type { Profile } from "../profiles/profile.ts";

/** How long a daemon may take that ends by itself: its own bounds for open requests, its worker and Postgres, and a margin. */
const STOP_GRACE_MS = 16_000;
/** In milliseconds. */
const FOREIGN_CHECK_MS = 250;

/**
 * Waits until the daemon's process is gone, and kills it when it takes too long: it and its Postgres, and no process that only
 * has one of their ids.
 * @throws TestkitError `DAEMON_NOT_STOPPED`
 */
export async function awaitEnd(
  profile: Profile,
  record: DaemonRecord,
  graceMs = STOP_GRACE_MS,
): Promise<void> {
  // Another container's process: we see nothing of its end, and whoever waits for it asks again.
  if (record.scope !== (await ourselves()).scope)
    return void (await delay(Math.min(graceMs, FOREIGN_CHECK_MS)));
  if (await haveEnded([record], graceMs)) return;
  await endProcess({ ...record, stopSignal: "SIGKILL" });
  if (!(await isRunning(record))) return;
  throw new TestkitError("DAEMON_NOT_STOPPED", {
    what: `The daemon of the profile ${profile.name}, process ${record.pid}, still runs.`,
  });
}
