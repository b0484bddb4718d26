import type { TestProject } from "vitest/node";
import { EmbeddedPostgresHost } from "../../src/postgres/embedded-host.ts";
import { Reaper } from "../../src/reaper/reaper.ts";
import { migrate } from "../../src/store/migrate.ts";
import type { VectorColumn } from "../../src/store/vectors/vector-column.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's URL of a Postgres that has the migrated template. */
    postgresUrl: string;
    /** How vectors are stored there: `vector` where it has pgvector. */
    vectorColumn: VectorColumn;
    /** Whether a CI service runs the tests: what a machine cannot do is skipped nowhere there. */
    ci: boolean;
  }
}

/** One Postgres for the whole run; `createTestDatabase` clones its migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reaper = Reaper.start();
  try {
    const host = await EmbeddedPostgresHost.start({ migrate, reaper });
    project.provide("postgresUrl", host.adminUrl);
    project.provide("vectorColumn", "bytea");
    project.provide("ci", Boolean(process.env.CI));
    return async () => {
      await host.stop();
      await reaper.close();
    };
  } catch (error) {
    await reaper.close();
    throw error;
  }
}
