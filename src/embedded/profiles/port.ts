import { createHash } from "node:crypto";
import { TestkitError } from "../../errors/testkit-error.ts";

/** Ports of our own: apart from Hindsight's 8888 to 9888 and 18888 to 19888, and below those that systems hand out. */
const FIRST = 28_000;
const COUNT = 1_000;

const LOWEST = 1_024;
const HIGHEST = 65_535;

/** Where a profile's `profile.env` may name another port than the allocated one. */
export const PORT_VARIABLE = "HINDSIGHT_API_PORT";

/** @throws TestkitError `INVALID_OPTION` */
export function parseProfilePort(value: string | number, source: string): number {
  const port = /^\d{1,5}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (port >= LOWEST && port <= HIGHEST) return port;
  throw new TestkitError("INVALID_OPTION", {
    what: `${source} must be a whole number from ${LOWEST} to ${HIGHEST}, not ${JSON.stringify(value)}.`,
  });
}

/**
 * A port for a new profile: the one that its directory stands for, or the next that no other profile has. By the directory and not
 * by the name, since another user of the machine, who cannot be asked, may have a profile of that name.
 * @throws TestkitError `PROFILE_PORTS_EXHAUSTED`
 */
export function allocatePort(directory: string, taken: ReadonlySet<number>): number {
  const start = createHash("sha256").update(directory).digest().readUInt32BE(0) % COUNT;
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + ((start + step) % COUNT);
    if (!taken.has(port)) return port;
  }
  throw new TestkitError("PROFILE_PORTS_EXHAUSTED", {
    what: `All ports from ${FIRST} to ${FIRST + COUNT - 1} belong to profiles.`,
  });
}
