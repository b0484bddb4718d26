import manifest from "../../../package.json" with { type: "json" };
import type { DaemonRecord } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { Profile } from "../profiles/profile.ts";
import { configure, type DaemonConfiguration, type DaemonWishes, differences } from "./configuration.ts";
import { awaitEnd } from "./end-daemon.ts";
import { type LookUp, lookUp } from "./look-up.ts";
import { withProfileLock } from "./profile-lock.ts";
import { startDaemon } from "./start-daemon.ts";

/** How long a daemon that runs may take to answer, in milliseconds: it may be busy. */
const ANSWER_MS = 15_000;

/** A daemon that is ready. */
export interface EnsuredDaemon {
  record: DaemonRecord;
  /** What its API asks callers for, as far as its configuration is known here. */
  apiKey: string | undefined;
  /** Whether it was started now. */
  started: boolean;
  /** What was asked for, and one that ran already does not have: names of variables, `idleTimeout`, `version`. */
  differs: string[];
}

/**
 * The profile's daemon, which is started when it does not run. Any number of processes may ask for it at once; one starts it.
 * A daemon that runs is used as it is, also one of another version or with other settings: others use it.
 *
 * @param profile one that exists.
 * @throws TestkitError `DAEMON_START_TIMEOUT`, `DAEMON_UNRESPONSIVE`, `PROFILE_PORT_TAKEN`, and what the daemon reports.
 *
 * @example
 * const { record } = await ensureDaemon(await store.ensure("myapp"), { idleTimeout: 0 });
 * await fetch(`${record.url}/health`);
 */
export async function ensureDaemon(profile: Profile, wishes: DaemonWishes = {}): Promise<EnsuredDaemon> {
  const ready = await findDaemon(profile, wishes);
  if (ready) return ready;
  const configuration = configure(profile, wishes);
  const found = await withProfileLock(profile, configuration.limits.lockTimeoutMs, () =>
    findOrStart(profile, configuration),
  );
  return compare(profile, wishes, found);
}

/**
 * The profile's daemon if it is ready, which then is not idle for a while.
 * @throws TestkitError `INVALID_OPTION`
 */
export async function findDaemon(
  profile: Profile,
  wishes: DaemonWishes = {},
): Promise<EnsuredDaemon | undefined> {
  const found = await lookUp(profile, { action: "use", timeoutMs: ANSWER_MS });
  if (found.state !== "ready") return undefined;
  return compare(profile, wishes, { record: found.record, started: false });
}

function compare(profile: Profile, wishes: DaemonWishes, { record, started }: Found): EnsuredDaemon {
  const configuration = configure(profile, wishes);
  const differs = started ? [] : differences(profile, wishes, configuration, record);
  if (record.version !== manifest.version) differs.push("version");
  return { record, started, differs, apiKey: configuration.variables.HINDSIGHT_API_TENANT_API_KEY };
}

interface Found {
  record: DaemonRecord;
  started: boolean;
}

async function findOrStart(profile: Profile, configuration: DaemonConfiguration): Promise<Found> {
  const { startTimeoutMs } = configuration.limits;
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const found = await lookUpPatiently(profile, startTimeoutMs);
    if (found.state === "ready") return { record: found.record, started: false };
    if (found.state === "silent") throw unresponsive(profile, found.record);
    if (found.state === "stopping") await awaitEnd(profile, found.record);
    // Its starter is gone, or else we would not have the lock, and it has had its time.
    if (found.state === "starting") await awaitEnd(profile, found.record, 0);
    if (found.state !== "none") continue;
    const record = await startUnlessTaken(profile, configuration);
    if (record !== undefined) return { record, started: true };
  }
  throw new TestkitError("DAEMON_START_TIMEOUT", {
    what: `The profile ${profile.name} had no daemon that was ready after ${startTimeoutMs} ms.`,
  });
}

/** Waits for one that is starting. */
async function lookUpPatiently(profile: Profile, startTimeoutMs: number): Promise<LookUp> {
  const found = await lookUp(profile, { action: "use", timeoutMs: ANSWER_MS });
  if (found.state !== "starting") return found;
  const later = await lookUp(profile, { action: "use", wait: true, timeoutMs: startTimeoutMs });
  return later.state === "silent" ? found : later;
}

/**
 * @returns undefined when another daemon of the profile was faster.
 * @throws TestkitError `PROFILE_PORT_TAKEN`, and what `startDaemon` throws
 */
async function startUnlessTaken(
  profile: Profile,
  configuration: DaemonConfiguration,
): Promise<DaemonRecord | undefined> {
  try {
    return await startDaemon(profile, configuration);
  } catch (error) {
    if (!TestkitError.is(error, "SERVER_PORT_TAKEN")) throw error;
    const { state } = await lookUp(profile, { action: "find", timeoutMs: ANSWER_MS });
    if (state !== "none") return undefined;
    throw new TestkitError("PROFILE_PORT_TAKEN", {
      what: `Something else listens on port ${profile.port} of the profile ${profile.name}.`,
      cause: error,
    });
  }
}

function unresponsive({ name }: Profile, { pid }: DaemonRecord): TestkitError {
  return new TestkitError("DAEMON_UNRESPONSIVE", {
    what: `The daemon of the profile ${name}, process ${pid}, did not answer within ${ANSWER_MS / 1_000} s.`,
  });
}
