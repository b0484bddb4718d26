import { existsSync } from "node:fs";
import { endOrphan } from "../../postgres/kept-manifest.ts";
import { endProcess } from "../../reaper/reap.ts";
import { type Profile, profileFiles } from "../profiles/profile.ts";
import { awaitEnd } from "./end-daemon.ts";
import { readLimits } from "./limits.ts";
import { lookUp } from "./look-up.ts";
import { withProfileLock } from "./profile-lock.ts";

/** How long a daemon may take to answer that it stops, in milliseconds; one that does not is ended by its process. */
const ANSWER_MS = 5_000;

/**
 * Stops the profile's daemon and returns when its process and its Postgres are gone: open requests get 5 s, and after 16 s in all it
 * is killed. A Postgres that a killed daemon left is ended as well.
 *
 * @returns whether one ran.
 * @throws TestkitError `DAEMON_NOT_STOPPED`; `DAEMON_START_TIMEOUT` when others start or stop it for too long.
 */
export async function stopDaemon(profile: Profile, environment = process.env): Promise<boolean> {
  // A profile that was never made, as `default` may be.
  if (!existsSync(profile.directory)) return false;
  const { lockTimeoutMs } = readLimits({ ...environment, ...profile.environment });
  const { data } = profileFiles(profile.directory);
  return await withProfileLock(profile, lockTimeoutMs, async () => {
    const found = await lookUp(profile, { action: "stop", timeoutMs: ANSWER_MS });
    if (found.state === "silent") await endProcess({ ...found.record, stopSignal: "SIGTERM" });
    if (found.state !== "none") await awaitEnd(profile, found.record);
    await endOrphan(data);
    return found.state !== "none";
  });
}
