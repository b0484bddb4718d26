import { open } from "node:fs/promises";
import { isJsonObject } from "../json-object.ts";
import { parseJson } from "../parse-json.ts";
import { isGone, type Owner, parseOwner } from "./owner.ts";

/** How long the lock of an owner that cannot be looked up is respected, in milliseconds. */
const UNKNOWN_OWNER_LIMIT = 5 * 60_000;

/** Who has a lock, or claims one, by what stands in its file. */
export interface LockHolder {
  /** Of this one taking of the lock: no other ever has it. */
  id: string;
  /** Undefined: the file is not, or not yet, on the disk as a whole. */
  owner: Owner | undefined;
  /** How long ago the file was made, in milliseconds. */
  age: number;
}

/** Undefined: there is no such file. */
export async function readHolder(path: string): Promise<LockHolder | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { ino, mtimeMs, ctimeMs } = await file.stat();
    const content = parseJson(await file.readFile("utf8"));
    const { id, ...rest } = isJsonObject(content) ? content : {};
    return {
      id: typeof id === "string" ? id : `${ino}-${Math.trunc(mtimeMs)}`,
      owner: parseOwner(rest),
      age: Date.now() - ctimeMs,
    };
  } finally {
    await file.close();
  }
}

/** Whether the holder of a lock is gone. Its file was whole when it became the lock: if it is not, the machine failed since. */
export async function isLockStale({ owner, age }: LockHolder): Promise<boolean> {
  return owner === undefined || (await isGone(owner, age, UNKNOWN_OWNER_LIMIT));
}

/** The same of who waits for it, who may be writing the file now. */
export async function isClaimStale({ owner, age }: LockHolder): Promise<boolean> {
  return owner === undefined ? age > UNKNOWN_OWNER_LIMIT : await isGone(owner, age, UNKNOWN_OWNER_LIMIT);
}
