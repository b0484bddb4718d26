import { ContainerPostgresHost } from "../postgres/container/container-host.ts";
import { EmbeddedPostgresHost } from "../postgres/embedded-host.ts";
import type { OnPhase, PostgresHost } from "../postgres/host.ts";
import { UrlPostgresHost } from "../postgres/url-host.ts";
import type { Reaper } from "../reaper/reaper.ts";
import type { DatabaseChoice } from "../server/database-choice.ts";
import { migrateByDaemon } from "../server/migrate.ts";

/**
 * The Postgres that a run's databases are on.
 * @throws TestkitError `POSTGRES_…`, `CONTAINER_…`
 */
export async function startRunPostgres(
  choice: DatabaseChoice,
  options: { reaper: Reaper; startTimeout: number; onPhase: OnPhase },
): Promise<PostgresHost> {
  const { reaper, startTimeout, onPhase } = options;
  const migrate = (url: string) => migrateByDaemon(url, reaper, startTimeout);
  switch (choice.kind) {
    case "embedded":
      return await EmbeddedPostgresHost.start({ migrate, reaper, onPhase, startTimeout });
    case "container":
      return await ContainerPostgresHost.start({
        image: choice.image,
        migrate,
        reaper,
        onPhase,
        startTimeout,
      });
    case "url":
      return await UrlPostgresHost.start({ url: choice.url, migrate, onPhase });
  }
}
