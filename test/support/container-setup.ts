import pg from "pg";
import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import type { TestProject } from "vitest/node";
import { migrate } from "../../src/store/migrate.ts";

const IMAGE = "pgvector/pgvector:pg17";
/** As `createTestDatabase` names it. */
const TEMPLATE = "hindsight_template";

/**
 * One Postgres with pgvector for the whole run, in a container: the suites that run on the embedded one run on it as well, and
 * `test/containers` on nothing else.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The container is stopped below; the library's own reaper would be one more image to fetch.
  process.env.TESTCONTAINERS_RYUK_DISABLED = "true";
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({ POSTGRES_PASSWORD: "postgres" })
    .withCommand(["postgres", "-c", "fsync=off", "-c", "max_connections=400"])
    .withExposedPorts(5432)
    // While it initialises itself, it does not listen on any address yet.
    .withWaitStrategy(Wait.forSuccessfulCommand("pg_isready -h 127.0.0.1"))
    .start();
  try {
    project.provide("postgresUrl", await prepareTemplate(container));
    project.provide("vectorColumn", "vector");
  } catch (error) {
    await container.stop();
    throw error;
  }
  return async () => void (await container.stop());
}

/** @returns a superuser's URL. */
async function prepareTemplate(container: StartedTestContainer): Promise<string> {
  const url = new URL("postgres://postgres:postgres@localhost/postgres");
  url.host = `${container.getHost()}:${container.getMappedPort(5432)}`;
  const admin = new pg.Client(url.href);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
  return url.href;
}
