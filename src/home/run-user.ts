import { readFileSync } from "node:fs";
import { TestkitError } from "../errors/testkit-error.ts";

/** The unprivileged user that Postgres's programs run as where we are root, which they refuse. */
export interface RunUser {
  name: string;
  uid: number;
  gid: number;
}

const CANDIDATES = ["nobody", "postgres"];

/** `passwd` is the text of /etc/passwd. */
export function findRunUser(passwd: string): RunUser | undefined {
  const entries = passwd.split("\n").map((line) => line.split(":"));
  for (const candidate of CANDIDATES) {
    const [name, , uid, gid] = entries.find((entry) => entry[0] === candidate) ?? [];
    // macOS writes nobody's ids as -2; they are unsigned.
    if (name !== undefined && Number(uid) !== 0)
      return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  return undefined;
}

/**
 * Whom Postgres runs as: undefined is ourselves. Only a user that exists is taken; the machine is not changed.
 * @throws TestkitError POSTGRES_USER_MISSING
 */
export function runUser(): RunUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  // Not by a lookup of Node's, which has none; initdb wants an entry in this file anyway.
  const user = findRunUser(readFileSync("/etc/passwd", "utf8"));
  if (user === undefined) {
    throw new TestkitError("POSTGRES_USER_MISSING", {
      what: `/etc/passwd has no user named ${CANDIDATES.join(" or ")}.`,
    });
  }
  if (!isMapped(user.uid, readIdMap())) {
    throw new TestkitError("POSTGRES_USER_MISSING", {
      what: `We are root in a user namespace that knows no other user: ${user.name} (${user.uid}) is not mapped in it.`,
    });
  }
  return user;
}

/** The user namespace's map of ids, on Linux: first id inside, first id outside, how many. */
function readIdMap(): string | undefined {
  try {
    return readFileSync("/proc/self/uid_map", "utf8");
  } catch {
    return undefined;
  }
}

/** Whether files can be given to this user: in a rootless container root may be the only one. */
export function isMapped(uid: number, idMap: string | undefined): boolean {
  if (idMap === undefined) return true;
  return idMap.split("\n").some((line) => {
    const [inside, , count] = line.trim().split(/\s+/).map(Number);
    return inside !== undefined && count !== undefined && uid >= inside && uid < inside + count;
  });
}
