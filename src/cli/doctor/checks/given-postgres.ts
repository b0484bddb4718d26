import { startReaper } from "../../../home/start-reaper.ts";
import { UrlPostgresHost } from "../../../postgres/url-host.ts";
import { withoutPassword } from "../../../postgres-url.ts";
import { migrateByDaemon } from "../../../server/migrate.ts";
import { duration } from "../../output.ts";
import { type Finding, failed } from "../finding.ts";
import { checkServer } from "./server.ts";

const TIMEOUT_MS = 120_000;

/** A Postgres that somebody else runs: makes what a run makes there, starts a server on it, and drops it again. */
export async function checkGivenPostgres(url: string): Promise<Finding[]> {
  const phases: Record<string, number> = {};
  const began = performance.now();
  const reaper = await startReaper();
  try {
    await using host = await UrlPostgresHost.start({
      url,
      migrate: (each) => migrateByDaemon(each, reaper, TIMEOUT_MS),
      onPhase: (name, ms) => {
        phases[name] = Math.round(ms);
      },
    });
    const database = await host.createDatabase("doctor");
    const what = `${withoutPassword(url)} has room for a run, ready in ${duration(performance.now() - began)}`;
    const server = await checkServer(database).catch((error: unknown) => [failed("server", error)]);
    return [{ check: "postgres", status: "ok", what, phases }, ...server];
  } finally {
    await reaper.close();
  }
}

/** `PGPASSWORD` stands in for a password that is not in the URL: arguments can be read by every user of the machine. */
export function withPassword(url: string, { PGPASSWORD }: NodeJS.ProcessEnv): string {
  const given = new URL(url);
  if (PGPASSWORD && !given.password) given.password = encodeURIComponent(PGPASSWORD);
  return given.href;
}
