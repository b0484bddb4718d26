import type { DaemonRecord } from "../../daemon-protocol.ts";
import { ourselves } from "../../home/owner.ts";
import { isRunning } from "../../reaper/process-identity.ts";
import type { Profile } from "../profiles/profile.ts";
import { type Asking, ask } from "./ask.ts";
import { readRecord } from "./record.ts";

/** A profile's daemon as it was found. */
export type LookUp =
  /** There is none; a record that is left is of one that has ended. */
  | { state: "none" }
  /** It has proven itself. */
  | { state: "ready" | "starting" | "stopping"; record: DaemonRecord }
  /** Its process is there, and does not say that it is the daemon. */
  | { state: "silent"; record: DaemonRecord };

/** Finds the profile's daemon by what it noted of itself, and has it prove that it is the one. */
export async function lookUp(profile: Profile, asking: Asking): Promise<LookUp> {
  const record = await readRecord(profile);
  if (record === undefined) return { state: "none" };
  const isThere = await processIsThere(record);
  if (isThere === false) return { state: "none" };
  const finding = await ask(record, profile, asking);
  if (finding === "ready" || finding === "starting" || finding === "stopping")
    return { state: finding, record };
  // In another boot or container, as it does not answer: it is none that we could use.
  if (isThere === undefined || !(await processIsThere(record))) return { state: "none" };
  // It let go of its port before it ended.
  return { state: finding === "silent" ? "silent" : "stopping", record };
}

/** Undefined: it cannot be told, as its id means nothing here. */
async function processIsThere(record: DaemonRecord): Promise<boolean | undefined> {
  if (record.scope !== (await ourselves()).scope) return undefined;
  return await isRunning(record);
}
