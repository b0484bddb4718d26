import type { WatchedContainer } from "./container.ts";

/** What the reaper is told, a line of JSON each, on its stdin. The end of the input is its signal to reap and to end. */
export type ReaperMessage =
  /** `startTime` is missing where only the reaper can find out. */
  | { watchProcess: number; startTime: string | undefined; stopSignal: NodeJS.Signals }
  | { forgetProcess: number }
  | { watchDirectory: string }
  | { forgetDirectory: string }
  | { watchContainer: WatchedContainer }
  | { forgetContainer: string }
  /** A file that says what is watched, to be removed when all of it has been reaped. */
  | { manifest: string };
