import { setTimeout as delay } from "node:timers/promises";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Deadline } from "../home/deadline.ts";
import { timeLeft } from "../home/deadline.ts";
import type { RunUser } from "../home/run-user.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { PostgresCluster } from "./cluster.ts";
import type { Installation } from "./installation.ts";
import { notePostgres } from "./kept-manifest.ts";

/** The database in a kept cluster. */
export const KEPT_DATABASE = "hindsight";

/** Between attempts to start while children of a killed Postgres have not noticed yet, in milliseconds. */
const CHILDREN_PAUSE = 100;
const CHILDREN_LEFT = /pre-existing shared memory block/;
/** A reaper may be ending one that was killed with its daemon before it was noted: how long that may take, in milliseconds. */
const PREDECESSOR_LIMIT = 10_000;
const PREDECESSOR_LEFT = /lock file "postmaster.pid" already exists/;

/** What it takes to run Postgres on a directory that is kept. */
export interface KeptContext {
  /** The one that holds the data directory, and the notes about it. */
  directory: string;
  installation: Installation;
  user: RunUser | undefined;
  deadline: Deadline;
  reaper: Reaper;
}

/** Starts Postgres; where children of one that was killed still hold its memory, as soon as they are gone. */
export async function runKept(
  context: KeptContext,
  dataDirectory: string,
  password: string,
): Promise<PostgresCluster> {
  const { directory, ...rest } = context;
  const predecessorDeadline = performance.now() + PREDECESSOR_LIMIT;
  for (;;) {
    try {
      return await PostgresCluster.start({
        ...{ ...rest, dataDirectory, password },
        kept: true,
        onSpawn: (pid) => notePostgres(directory, dataDirectory, pid),
      });
    } catch (error) {
      const log = (TestkitError.is(error) && error.log) || "";
      const isBusy =
        CHILDREN_LEFT.test(log) || (PREDECESSOR_LEFT.test(log) && performance.now() < predecessorDeadline);
      if (!isBusy || timeLeft(context.deadline) <= CHILDREN_PAUSE) throw error;
      // They end by themselves when they see that their parent is gone, or are being ended; nobody tells us.
      await delay(CHILDREN_PAUSE);
    }
  }
}
