import { join } from "node:path";

/** A named environment that lasts: a directory of its own with a configuration, a database, a log and a port. */
export interface Profile {
  name: string;
  /** Where all of it is. */
  directory: string;
  /** The port that its daemon listens on. */
  port: number;
  /** What its `profile.env` sets. */
  environment: Record<string, string>;
}

/** What is in a profile's directory. */
export interface ProfileFiles {
  /** The configuration. A profile exists when this file does. */
  environment: string;
  /** Postgres's data directory. */
  data: string;
  /** Who its daemon is, and how it is reached. */
  daemon: string;
  log: string;
  /** Held by whoever starts or stops the daemon, or deletes the profile. */
  lock: string;
}

/** @param directory the profile's. */
export function profileFiles(directory: string): ProfileFiles {
  return {
    environment: join(directory, "profile.env"),
    data: join(directory, "data"),
    daemon: join(directory, "daemon.json"),
    log: join(directory, "daemon.log"),
    lock: join(directory, "daemon.lock"),
  };
}
