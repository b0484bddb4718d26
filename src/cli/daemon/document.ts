import type { DaemonRecord } from "../../daemon-protocol.ts";
import { type Profile, profileFiles } from "../../embedded/profiles/profile.ts";

/** What is said of a daemon; its secret is not. */
export function toDocument(profile: Profile, record: DaemonRecord) {
  const { pid, url, version, startedAt, idleTimeoutMs } = record;
  return {
    profile: profile.name,
    ...{ pid, url, version, startedAt, idleTimeoutMs },
    log: profileFiles(profile.directory).log,
  };
}
