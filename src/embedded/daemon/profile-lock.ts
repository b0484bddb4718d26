import { existsSync } from "node:fs";
import { TestkitError } from "../../errors/testkit-error.ts";
import { withLock } from "../../home/lock.ts";
import { type Profile, profileFiles } from "../profiles/profile.ts";

/**
 * Runs `work` while nobody else starts or stops the profile's daemon, or deletes the profile.
 * @throws TestkitError `DAEMON_START_TIMEOUT` when others do so for longer than `timeoutMs`; `PROFILE_NOT_FOUND` when it was
 * deleted meanwhile.
 */
export async function withProfileLock<T>(
  { name, directory }: Profile,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const { lock } = profileFiles(directory);
  const onTimeout = (owner: number | undefined) =>
    new TestkitError("DAEMON_START_TIMEOUT", {
      what: `Process ${owner} has been starting or stopping the daemon of the profile ${name} for ${timeoutMs} ms.`,
    });
  try {
    return await withLock(lock, performance.now() + timeoutMs, onTimeout, work);
  } catch (error) {
    if (existsSync(directory)) throw error;
    throw new TestkitError("PROFILE_NOT_FOUND", { what: `The profile ${name} was deleted.`, cause: error });
  }
}
