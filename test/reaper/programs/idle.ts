import { Reaper } from "../../../src/reaper/reaper.ts";

/** Starts a reaper and has nothing else to do. */
process.stdout.write(String(Reaper.start().pid));
