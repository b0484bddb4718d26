import { TestkitError } from "../../errors/testkit-error.ts";
import { withLock } from "../../home/lock.ts";
import { endOrphan } from "../../postgres/kept-manifest.ts";
import { lookUp } from "../daemon/look-up.ts";
import { onFiles } from "./file-errors.ts";
import { type Profile, profileFiles } from "./profile.ts";

/** How long a start, a stop or another deletion may take to end before we give up, in milliseconds. */
const LOCK_TIMEOUT_MS = 10_000;
/** How long a daemon may take to answer, in milliseconds. One that is busy is there all the same. */
const ANSWER_MS = 2_000;

/** Whether the profile's daemon runs, starts or stops. */
export async function hasDaemon(profile: Profile): Promise<boolean> {
  const { state } = await lookUp(profile, { action: "find", timeoutMs: ANSWER_MS });
  return state !== "none";
}

/**
 * Runs `work` while the profile has no daemon, and nobody can start one. A Postgres that a killed daemon left is ended first.
 * @throws TestkitError `PROFILE_IN_USE`
 */
export async function withoutDaemon(profile: Profile, work: () => Promise<void>): Promise<void> {
  const { name, directory } = profile;
  const { lock, data } = profileFiles(directory);
  const inUse = (what: string) => new TestkitError("PROFILE_IN_USE", { what });
  const busy = (pid: number | undefined) =>
    inUse(`Process ${pid} is starting or stopping the daemon of the profile ${name}.`);
  await onFiles(directory, () =>
    withLock(lock, performance.now() + LOCK_TIMEOUT_MS, busy, async () => {
      if (await hasDaemon(profile)) throw inUse(`The daemon of the profile ${name} runs.`);
      await endOrphan(data);
      await work();
    }),
  );
}
