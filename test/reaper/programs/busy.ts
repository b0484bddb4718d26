import { Reaper } from "../../../src/reaper/reaper.ts";

/** Starts a reaper that is to end this process with its parent, and is too busy from then on to end by itself. */
const reaper = Reaper.start();
reaper.endWithParent(200);
process.stdout.write(`${JSON.stringify({ reaper: reaper.pid, busy: process.pid })}\n`);
setTimeout(() => {
  for (;;);
}, 100);
