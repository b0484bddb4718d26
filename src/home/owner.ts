import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isJsonObject } from "../json-object.ts";
import type { ProcessIdentity } from "../reaper/process-identity.ts";
import { identifyProcess, isRunning } from "../reaper/process-identity.ts";

/** The process that something in the cache directory belongs to. */
export interface Owner extends ProcessIdentity {
  /** Where its process id means something. A cache directory can be shared by containers, or outlive a reboot. */
  scope: string;
}

function currentScope(): string {
  if (process.platform !== "linux") return hostname();
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
}

let self: Promise<Owner> | undefined;

/** This process. */
export function ourselves(): Promise<Owner> {
  self ??= identifyProcess(process.pid).then((identity) => ({
    ...(identity ?? { pid: process.pid, startTime: "" }),
    scope: currentScope(),
  }));
  return self;
}

/** The owner in a file that was read; undefined when there is none in it. */
export function parseOwner(value: unknown): Owner | undefined {
  if (!isJsonObject(value)) return undefined;
  const { pid, startTime, scope } = value;
  if (typeof pid !== "number" || typeof startTime !== "string" || typeof scope !== "string") return undefined;
  return { pid, startTime, scope };
}

/**
 * Whether process ids that were noted with this owner mean something here. After a reboot, and in another container, the same
 * id and start time, which is counted from the boot, can be those of a stranger.
 */
export async function isOfThisScope(owner: Owner): Promise<boolean> {
  return owner.scope === (await ourselves()).scope;
}

/**
 * Whether the owner is gone for good.
 * @param age how long ago its trace was left, in milliseconds.
 * @param limit an owner in another scope cannot be looked up; it is taken for gone beyond this age.
 */
export async function isGone(owner: Owner, age: number, limit: number): Promise<boolean> {
  if (!(await isOfThisScope(owner))) return age > limit;
  return !(await isRunning(owner));
}
