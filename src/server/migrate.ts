import type { Reaper } from "../reaper/reaper.ts";
import { startWatchedDaemon } from "./watched-daemon.ts";

/** Brings a database to the current schema, by the program that knows it. */
export async function migrateByDaemon(url: string, reaper: Reaper, startTimeout: number): Promise<void> {
  const { process: daemon } = await startWatchedDaemon(
    {
      command: "migrate",
      host: "127.0.0.1",
      port: 0,
      database: { kind: "url", url },
      environment: {},
      attributeLlmCalls: false,
      logLevel: "warning",
      testMode: false,
      testClock: null,
      idSeed: null,
      token: null,
    },
    { startTimeout, reaper },
  );
  await daemon.exited;
}
