import { startReaper } from "../home/start-reaper.ts";
import { EmbeddedPostgresHost } from "../postgres/embedded-host.ts";
import type { OnPhase } from "../postgres/host.ts";
import { migrateByDaemon } from "../server/migrate.ts";

/**
 * Starts a Postgres as every run does, on a copy of the prepared cluster, and stops it: what is broken in the caches is repaired on
 * the way, and what is there is known to run. Interrupted or killed, it leaves nothing.
 *
 * @param startTimeout for all of the start, in milliseconds.
 * @returns how long it took until Postgres was there, in milliseconds.
 * @throws TestkitError `POSTGRES_…`, `CACHE_DIRECTORY_UNUSABLE`
 */
export async function startOnce(startTimeout: number, onPhase: OnPhase): Promise<number> {
  const began = performance.now();
  const reaper = await startReaper();
  try {
    const migrate = (url: string) => migrateByDaemon(url, reaper, startTimeout);
    const host = await EmbeddedPostgresHost.start({ migrate, reaper, startTimeout, onPhase });
    const ms = performance.now() - began;
    await host.stop();
    return ms;
  } finally {
    await reaper.close();
  }
}
