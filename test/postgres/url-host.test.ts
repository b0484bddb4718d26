import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runUser } from "../../src/home/run-user.ts";
import { PostgresCluster } from "../../src/postgres/cluster.ts";
import { initdb } from "../../src/postgres/initdb.ts";
import { UrlPostgresHost } from "../../src/postgres/url-host.ts";
import { installation, query, soon, testMigrations } from "../support/postgres.ts";

// As a user's own: unlike a cluster of the cache it has the standard template databases.
let cluster: PostgresCluster;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "testkit-test-"));
  await chmod(directory, 0o755);
  const options = {
    installation: await installation(),
    dataDirectory: join(directory, "data"),
    password: "of-the-superuser",
    user: runUser(),
    deadline: soon(),
  };
  await initdb(options);
  cluster = await PostgresCluster.start(options);
});

afterAll(async () => {
  await cluster.stop();
  await rm(directory, { recursive: true });
});

const server = () => cluster.url("postgres");

/** The databases of ours on the server that were not there before. */
async function databasesSince(before: string[]): Promise<string[]> {
  return (await databases()).filter((name) => !before.includes(name));
}

async function databases(): Promise<string[]> {
  const rows = await query<{ name: string }>(
    server(),
    "SELECT datname AS name FROM pg_database WHERE datname ~ '^hindsight_' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

/** A role with these rights, dropped when the test ends. */
async function role(rights: string): Promise<URL> {
  const name = `role_${randomBytes(4).toString("hex")}`;
  await query(server(), `CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${rights}`);
  onTestFinished(async () => void (await query(server(), `DROP ROLE ${name}`)));
  const url = new URL(server());
  url.username = name;
  url.password = "secret";
  return url;
}

describe("UrlPostgresHost", () => {
  test("makes migrated databases for a user without great rights, and leaves none", async () => {
    const url = await role("CREATEDB");
    const before = await databases();
    const { migrations, migrate, calls } = await testMigrations();
    const phases: string[] = [];
    const host = await UrlPostgresHost.start({
      url: url.href,
      migrations,
      migrate,
      onPhase: (name) => phases.push(name),
    });
    const urls = await Promise.all(["one", "two", "three"].map((name) => host.createDatabase(name)));
    for (const made of urls)
      expect(await query(made, "SELECT state FROM marker")).toEqual([{ state: "migrated" }]);
    await host.dropDatabase("two");
    const made = await databasesSince(before);
    expect(made).toHaveLength(3);
    expect(made.filter((name) => /^hindsight_[0-9a-f]{8}_(one|three)$/.test(name))).toHaveLength(2);
    const busy = query(urls[0] ?? "", "SELECT pg_sleep(60)").catch((error: Error) => error);
    await host.stop();
    await host.stop();
    expect(await busy).toBeInstanceOf(Error);
    expect(await databasesSince(before)).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(phases).toEqual(["connect", "migrate"]);
    expect([host.pid, host.log()]).toEqual([undefined, ""]);
  });

  test("migrates once for several runs, and the last one drops the template", async () => {
    const before = await databases();
    const { migrations, migrate, calls } = await testMigrations();
    const start = () => UrlPostgresHost.start({ url: server(), migrations, migrate });
    const hosts = await Promise.all([start(), start(), start()]);
    expect(calls).toHaveLength(1);
    for (const host of hosts) {
      const url = await host.createDatabase("same name");
      expect(await query(url, "SELECT state FROM marker")).toHaveLength(1);
    }
    await hosts[0]?.stop();
    expect(await databasesSince(before)).toHaveLength(3);
    await Promise.all(hosts.map((host) => host.stop()));
    expect(await databasesSince(before)).toEqual([]);
  });

  test("drops what a run left that was killed, and no run's that goes on", async () => {
    const before = await databases();
    const { migrations, migrate } = await testMigrations();
    await using host = await UrlPostgresHost.start({ url: server(), migrations, migrate });
    await host.createDatabase("in use");
    const abandoned = [
      "hindsight_01234567_slot",
      "hindsight_template_89abcdef",
      "hindsight_template_89abcdee_building",
    ];
    const others = ["hindsight_production", "hindsight_0123456_slot"];
    for (const name of [...abandoned, ...others]) await query(server(), `CREATE DATABASE ${name}`);
    onTestFinished(async () => {
      for (const name of others) await query(server(), `DROP DATABASE ${name}`);
    });
    const second = await UrlPostgresHost.start({ url: server(), migrations, migrate });
    await second.stop();
    const left = await databasesSince(before);
    expect(left.filter((name) => abandoned.includes(name))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining(others));
    expect(left.some((name) => name.endsWith("_in use"))).toBe(true);
  });

  test("starts over where a migration failed before", async () => {
    const before = await databases();
    const { migrations, migrate } = await testMigrations();
    const failing = async (url: string) => {
      await query(url, "CREATE TABLE marker (wrong int)");
      throw new Error("no such column");
    };
    await expect(UrlPostgresHost.start({ url: server(), migrations, migrate: failing })).rejects.toThrow(
      "no such column",
    );
    await using host = await UrlPostgresHost.start({ url: server(), migrations, migrate });
    expect(await query(await host.createDatabase("one"), "SELECT state FROM marker")).toHaveLength(1);
    await host.stop();
    expect(await databasesSince(before)).toEqual([]);
  });

  test.each([
    ["a wrong password", (url: URL) => (url.password = "wrong-password"), /password authentication failed/],
    ["a port without a server", (url: URL) => (url.port = "1"), /ECONNREFUSED/],
    ["a database that does not exist", (url: URL) => (url.pathname = "/nowhere"), /"nowhere" does not exist/],
  ])("refuses %s, without showing the password", async (_, change, message) => {
    const url = await role("CREATEDB");
    change(url);
    const { migrations, migrate } = await testMigrations();
    const error = await UrlPostgresHost.start({ url: url.href, migrations, migrate }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "POSTGRES_CONNECT_FAILED", message: expect.stringMatching(message) });
    expect(String(error)).not.toContain(url.password);
  });

  test("refuses a user who may not create databases", async () => {
    const url = await role("NOCREATEDB");
    const { migrations, migrate } = await testMigrations();
    await expect(UrlPostgresHost.start({ url: url.href, migrations, migrate })).rejects.toMatchObject({
      code: "POSTGRES_CONNECT_FAILED",
      message: expect.stringContaining(`the user ${url.username} may not create databases`),
    });
  });
});
