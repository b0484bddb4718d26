import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { UrlPostgresHost } from "../../src/postgres/url-host.ts";
import { query, testMigrations } from "../support/postgres.ts";
import { type StandardServer, startStandardServer } from "../support/standard-server.ts";

let postgres: StandardServer;

beforeAll(async () => {
  postgres = await startStandardServer();
});

afterAll(() => postgres.stop());

const server = () => postgres.url("postgres");

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
async function role(rights: string, password = "secret"): Promise<URL> {
  const name = `role_${randomBytes(4).toString("hex")}`;
  await query(server(), `CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)} ${rights}`);
  onTestFinished(async () => void (await query(server(), `DROP ROLE ${name}`)));
  const url = new URL(server());
  url.username = name;
  url.password = encodeURIComponent(password);
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

  test("takes a password with any characters, wherever the URL has it, and shows it nowhere", async () => {
    const password = "p@ss:w/rd#%?&+ü 'ø\"";
    const url = await role("CREATEDB", password);
    const { migrations, migrate } = await testMigrations();
    await using host = await UrlPostgresHost.start({ url: url.href, migrations, migrate });
    expect(await query(await host.createDatabase("one"), "SELECT state FROM marker")).toHaveLength(1);

    url.password = "";
    url.searchParams.set("password", `${password}, but wrong`);
    const error = await UrlPostgresHost.start({ url: url.href, migrations, migrate }).catch(String);
    expect(error).toContain("password authentication failed");
    expect(error).not.toContain(encodeURIComponent("p@ss"));
  });

  test("keeps what the URL says besides", async () => {
    const url = new URL(server());
    url.search = "?sslmode=disable&pgbouncer=true&options=-cwork_mem%3D5MB&application_name=mine";
    const { migrations, migrate } = await testMigrations();
    await using host = await UrlPostgresHost.start({ url: url.href, migrations, migrate });
    const made = await host.createDatabase("one");
    expect(new URL(made).search).toBe(url.search);
    expect(await query(made, "SHOW work_mem")).toEqual([{ work_mem: "5MB" }]);
  });

  test("refuses a server that is read-only", async () => {
    const url = await role("CREATEDB");
    await query(server(), `ALTER ROLE ${url.username} SET default_transaction_read_only = on`);
    const { migrations, migrate } = await testMigrations();
    await expect(UrlPostgresHost.start({ url: url.href, migrations, migrate })).rejects.toMatchObject({
      code: "POSTGRES_CONNECT_FAILED",
      message: expect.stringContaining("it is read-only"),
    });
  });

  test("makes databases in UTF-8, ordered by code point, beside a database that is neither", async () => {
    await query(
      server(),
      "CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'",
    );
    onTestFinished(async () => void (await query(server(), "DROP DATABASE ascii")));
    const url = new URL(server());
    url.pathname = "/ascii";
    const { migrations, migrate } = await testMigrations();
    await using host = await UrlPostgresHost.start({ url: url.href, migrations, migrate });
    const [row] = await query(
      await host.createDatabase("one"),
      `SELECT getdatabaseencoding() AS encoding, lower('ÆØ') AS lower, 'Z' < 'a' AS by_code_point, 'Ø' ~ '\\w' AS letter`,
    );
    expect(row).toEqual({ encoding: "UTF8", lower: "æø", by_code_point: true, letter: true });
  });

  test("holds its databases still when its connection was lost", async () => {
    const { migrations, migrate } = await testMigrations();
    await using host = await UrlPostgresHost.start({ url: server(), migrations, migrate });
    const url = await host.createDatabase("kept");
    await query(
      server(),
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'hindsight-testkit'",
    );
    // Whether the end of the connection is known by now is a matter of time.
    await host.createDatabase("lost").catch(() => {});
    await host.createDatabase("next");
    await (await UrlPostgresHost.start({ url: server(), migrations, migrate })).stop();
    expect(await query(url, "SELECT state FROM marker")).toHaveLength(1);
  });
});
