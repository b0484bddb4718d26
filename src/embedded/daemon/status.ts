import type { Profile } from "../profiles/profile.ts";
import { type LookUp, lookUp } from "./look-up.ts";

/** How long a daemon may take to answer, in milliseconds: it may be busy. */
const ANSWER_MS = 15_000;

/** What is known of the profile's daemon. Nothing is started, and it is not kept from being idle. */
export function daemonStatus(profile: Profile): Promise<LookUp> {
  return lookUp(profile, { action: "find", timeoutMs: ANSWER_MS });
}
