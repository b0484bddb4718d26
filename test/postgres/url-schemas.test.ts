import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { UrlPostgresHost } from "../../src/postgres/url-host.ts";
import { withDatabase } from "../../src/postgres-url.ts";
import { migrate } from "../../src/store/migrate.ts";
import { query } from "../support/postgres.ts";
import { type StandardServer, startStandardServer } from "../support/standard-server.ts";

let postgres: StandardServer;

beforeAll(async () => {
  postgres = await startStandardServer();
});

afterAll(() => postgres.stop());

const server = () => postgres.url("postgres");

/** A database of somebody's, and the URL by which a role comes to it that may not create others. */
async function database(...statements: string[]): Promise<{ owner: string; url: string }> {
  const name = `app_${randomBytes(4).toString("hex")}`;
  await query(server(), `CREATE ROLE ${name} LOGIN PASSWORD 'secret' NOCREATEDB`);
  await query(server(), `CREATE DATABASE ${name}`);
  onTestFinished(async () => {
    await query(server(), `DROP DATABASE ${name} WITH (FORCE)`);
    await query(server(), `DROP ROLE ${name}`);
  });
  const owner = withDatabase(server(), name);
  await query(server(), `GRANT CREATE ON DATABASE ${name} TO ${name}`);
  for (const statement of statements) await query(owner, statement.replaceAll("$role", name));
  const url = new URL(owner);
  url.username = name;
  url.password = "secret";
  return { owner, url: url.href };
}

/** The schemas, tables, functions and extensions of a database. */
async function contents(url: string): Promise<unknown[]> {
  return await query(
    url,
    `SELECT 'schema' AS kind, nspname::text AS name FROM pg_namespace WHERE nspname !~ '^pg_'
     UNION ALL SELECT 'relation', relnamespace::regnamespace || '.' || relname FROM pg_class
       WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
     UNION ALL SELECT 'function', pronamespace::regnamespace || '.' || proname FROM pg_proc
       WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
     UNION ALL SELECT 'extension', extname FROM pg_extension ORDER BY 1, 2`,
  );
}

describe("UrlPostgresHost for a user who may not create databases", () => {
  test("makes schemas beside what is there, several runs at once, and leaves nothing", async () => {
    // Tables of an application that have the names of ours, of a migration tool's among them.
    const { owner, url } = await database(
      "CREATE TABLE public.banks AS SELECT 'Barclays' AS name",
      "CREATE TABLE public.pgmigrations AS SELECT '1000000000001_initial'::text AS name",
      "GRANT ALL ON ALL TABLES IN SCHEMA public TO $role",
    );
    const before = await contents(owner);
    const hosts = await Promise.all([1, 2, 3].map(() => UrlPostgresHost.start({ url, migrate })));
    const urls = await Promise.all(
      hosts.flatMap((host) => ["one", "two words"].map((name) => host.createDatabase(name))),
    );
    for (const made of urls) {
      expect(await query(made, "SELECT FROM banks")).toEqual([]);
      const [row] = await query<{ schema: string; letters: boolean }>(
        made,
        "SELECT current_schema() AS schema, similarity('blåbær', 'blåbåer') > 0.3 AS letters",
      );
      expect(row).toEqual({ schema: expect.stringMatching(/^hindsight_[0-9a-f]{8}_/), letters: true });
    }
    await hosts[0]?.stop();
    // The extensions, which the first one installed, are still there for the others.
    expect(await query(urls[2] ?? "", "SELECT similarity('a', 'a')")).toHaveLength(1);
    const client = new pg.Client(urls[4]);
    client.on("error", () => {});
    await client.connect();
    await client.query("BEGIN");
    await client.query("LOCK TABLE banks");
    await Promise.all(hosts.map((host) => host.stop()));
    expect(await contents(owner)).toEqual(before);
    expect(await query(owner, "SELECT name FROM banks")).toEqual([{ name: "Barclays" }]);
  });

  test("uses the extensions that are there, in whatever schema", async () => {
    const { owner, url } = await database(
      "CREATE SCHEMA extensions",
      "CREATE EXTENSION pg_trgm SCHEMA extensions",
      "GRANT USAGE ON SCHEMA extensions TO $role",
    );
    const before = await contents(owner);
    await using host = await UrlPostgresHost.start({ url, migrate });
    const made = await host.createDatabase("one");
    expect(await query(made, "SELECT similarity('a', 'a')")).toHaveLength(1);
    await host.stop();
    expect(await contents(owner)).toEqual(before);
  });

  test("drops what a run left that was killed, and no run's that goes on", async () => {
    const { owner, url } = await database();
    await using host = await UrlPostgresHost.start({ url, migrate });
    const used = await host.createDatabase("in use");
    const schemas = ["hindsight_01234567_slot", "hindsight_production", "hindsight_0123456_slot"];
    for (const schema of schemas) {
      await query(url, `CREATE SCHEMA ${schema}`);
      await query(url, `CREATE TABLE ${schema}.kept (id int)`);
    }
    await query(owner, "CREATE SCHEMA hindsight_89abcdef_of_another_user");
    await (await UrlPostgresHost.start({ url, migrate })).stop();
    const left = await query<{ name: string }>(
      owner,
      "SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'hindsight%' ORDER BY 1",
    );
    expect(left.map(({ name }) => name)).toEqual(
      [
        "hindsight_0123456_slot",
        "hindsight_89abcdef_of_another_user",
        "hindsight_extensions",
        "hindsight_production",
        new URL(used).searchParams
          .get("options")
          ?.match(/hindsight_[0-9a-f]{8}_in/)?.[0]
          .concat(" use"),
      ].sort(),
    );
  });

  test("leaves an extension on which somebody has come to rest", async () => {
    const { owner, url } = await database();
    const host = await UrlPostgresHost.start({ url, migrate });
    await query(owner, "CREATE TABLE words (word text)");
    await query(owner, "CREATE INDEX ON words USING gin (word hindsight_extensions.gin_trgm_ops)");
    await host.stop();
    const left = await query(
      owner,
      "SELECT extname FROM pg_extension WHERE extname IN ('btree_gin', 'pg_trgm')",
    );
    expect(left).toEqual([{ extname: "pg_trgm" }]);
  });

  test("refuses one who may create no schemas either", async () => {
    const { url } = await database("REVOKE CREATE ON DATABASE $role FROM $role");
    await expect(UrlPostgresHost.start({ url, migrate })).rejects.toMatchObject({
      code: "POSTGRES_CONNECT_FAILED",
      message: expect.stringMatching(
        /the user app_\w+ may create neither databases nor schemas in app_\w+\./,
      ),
    });
  });
});
