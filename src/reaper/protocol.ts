/** What the reaper is told, a line of JSON each, on its stdin. The end of the input is its signal to reap and to end. */
export type ReaperMessage =
  | { watchProcess: number; stopSignal: NodeJS.Signals }
  | { forgetProcess: number }
  | { watchDirectory: string }
  | { forgetDirectory: string }
  | { endWithParent: number; graceMs: number };
