import { readFile } from "node:fs/promises";
import { TestkitError } from "../../errors/testkit-error.ts";
import { withLock } from "../../home/lock.ts";
import { isGone, type Owner } from "../../home/owner.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { onFiles } from "./file-errors.ts";
import { profileFiles } from "./profile.ts";

/** How long a start, or another deletion, may take to end before we give up, in milliseconds. */
const LOCK_TIMEOUT_MS = 10_000;

/**
 * Runs `work` while no daemon of the profile runs or is started.
 * @throws TestkitError `PROFILE_IN_USE`
 */
export async function whileStopped(
  name: string,
  directory: string,
  work: () => Promise<void>,
): Promise<void> {
  const files = profileFiles(directory);
  const inUse = (what: string) => new TestkitError("PROFILE_IN_USE", { what });
  const busy = (pid: number | undefined) =>
    inUse(`Process ${pid} is starting or stopping the daemon of the profile ${name}.`);
  const checked = async () => {
    if (await isDaemonRunning(directory)) throw inUse(`The daemon of the profile ${name} runs.`);
    await work();
  };
  await onFiles(directory, () => withLock(files.lock, performance.now() + LOCK_TIMEOUT_MS, busy, checked));
}

/** Whether the process runs that noted itself as the profile's daemon. */
export async function isDaemonRunning(directory: string): Promise<boolean> {
  const owner = await readOwner(profileFiles(directory).daemon);
  return owner !== undefined && !(await isGone(owner, 0, 0));
}

/** Undefined: there is no daemon, as far as the file tells. */
async function readOwner(path: string): Promise<Owner | undefined> {
  const document = parseJson(await readFile(path, "utf8").catch(() => ""));
  if (!isJsonObject(document)) return undefined;
  const { pid, startTime, scope } = document;
  if (typeof pid !== "number" || typeof startTime !== "string" || typeof scope !== "string") return undefined;
  return { pid, startTime, scope };
}
