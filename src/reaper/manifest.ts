import type { WatchedProcess } from "./reap.ts";

/** What is to be reaped. */
export interface Watched {
  processes: WatchedProcess[];
  directories: string[];
}

/** Holds in a file what is watched, for the case that the reaper is killed together with the process that it watches for. */
export interface Manifest {
  readonly path: string;
  /** Replaces the contents. At once, so that nothing is started that is not in it; never fails. */
  note(watched: Watched): void;
  /** Removes the file. */
  close(): Promise<void>;
}
