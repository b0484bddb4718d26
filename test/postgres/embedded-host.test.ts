import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { runUser } from "../../src/home/run-user.ts";
import { EmbeddedPostgresHost } from "../../src/postgres/embedded-host.ts";
import { migrate } from "../../src/store/migrate.ts";
import { query, temporaryDirectory, temporaryHome, testMigrations } from "../support/postgres.ts";
import { isAlive } from "../support/processes.ts";
import { buildProgram } from "../support/program.ts";

/** Where the Postgres at this URL keeps its data. */
async function dataDirectory(url: string): Promise<string> {
  const [row] = await query<{ data_directory: string }>(url, "SHOW data_directory");
  return row?.data_directory ?? "";
}

describe("EmbeddedPostgresHost", () => {
  test("prepares a cluster once, and starts on a copy of it from then on", async () => {
    const home = await temporaryHome();
    const { migrations, migrate, calls } = await testMigrations();
    const phases: string[] = [];
    const options = { migrations, migrate, onPhase: (name: string) => phases.push(name) };
    for (let run = 1; run <= 2; run++) {
      await using host = await EmbeddedPostgresHost.start(options);
      const url = await host.createDatabase("first");
      expect(await query(url, "SELECT state FROM marker")).toEqual([{ state: "migrated" }]);
    }
    const copied = ["copy cluster", "start postgres"];
    expect(phases).toEqual(["initdb", "migrate", ...copied, ...copied]);
    expect(calls).toHaveLength(1);
    expect(readdirSync(join(home, "clusters"))).toHaveLength(1);
  });

  test("runs Postgres as an unprivileged user, and leaves no process and no directory", async () => {
    const host = await EmbeddedPostgresHost.start({ migrate });
    const directory = await dataDirectory(host.adminUrl);
    const user = runUser();
    expect(statSync(directory).uid).toBe(user?.uid ?? process.getuid?.());
    const { stdout } = await execa("ps", ["-o", "uid=", "-p", String(host.pid)]);
    expect(Number(stdout)).toBe(user?.uid ?? process.getuid?.());
    expect(host.log()).toContain("ready to accept connections");
    const pool = await host.createDatabase("in use");
    const busy = query(pool, "SELECT pg_sleep(60)").catch((error: Error) => error);
    await host.stop();
    await host.stop();
    expect(await busy).toBeInstanceOf(Error);
    expect(isAlive(host.pid)).toBe(false);
    expect(existsSync(directory)).toBe(false);
    expect(existsSync(join(directory, ".."))).toBe(false);
  });

  test("knows the letters of all languages", async () => {
    await using host = await EmbeddedPostgresHost.start({ migrate });
    const url = await host.createDatabase("letters");
    await query(url, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
    const [row] = await query(
      url,
      `SELECT lower('ÆØÅ É Ж') AS lower, upper('æøå é ж') AS upper, initcap('écoute ømt') AS initcap,
              similarity('blåbærsyltetøy', 'blåbærsyltetøj') > 0.5 AS similar, show_trgm('øå') AS trigrams,
              '{"text":"\\u00e6\\u65e5"}'::jsonb ->> 'text' AS json, 'Ærø' ~* '^ærØ$' AS regular_expression,
              to_tsvector('simple', 'Ångström søvn') @@ to_tsquery('simple', 'søvn & ångström') AS words,
              getdatabaseencoding() AS encoding`,
    );
    expect(row).toEqual({
      lower: "æøå é ж",
      upper: "ÆØÅ É Ж",
      initcap: "Écoute Ømt",
      similar: true,
      trigrams: expect.arrayContaining([expect.stringMatching(/^0x/)]),
      json: "æ日",
      regular_expression: true,
      words: true,
      encoding: "UTF8",
    });
    const sorted = await query(url, "SELECT w FROM unnest('{é,z,a,Z,ø}'::text[]) AS w ORDER BY w");
    expect(sorted.map(({ w }) => w)).toEqual(["Z", "a", "z", "é", "ø"]);
  });

  test("clones databases for several at once, also for another connection's", async () => {
    await using host = await EmbeddedPostgresHost.start({ migrate });
    const names = Array.from({ length: 6 }, (_, index) => `slot-${index} "quoted"`);
    const [, ...urls] = await Promise.all([
      query(host.adminUrl, "CREATE DATABASE other TEMPLATE hindsight_template STRATEGY FILE_COPY"),
      ...names.map((name) => host.createDatabase(name)),
    ]);
    for (const url of urls) expect(await query(url, "SELECT FROM banks")).toEqual([]);
    await Promise.all(names.map((name) => host.dropDatabase(name)));
    const left = await query(host.adminUrl, "SELECT datname FROM pg_database ORDER BY 1");
    expect(left.map(({ datname }) => datname)).toEqual(["hindsight_template", "other", "postgres"]);
  });

  test.each([
    ["does not start", (cluster: string) => rmSync(join(cluster, "data/global/pg_control"))],
    ["has lost its data", (cluster: string) => rmSync(join(cluster, "data"), { recursive: true })],
  ])("makes a cached cluster anew that %s", async (_, damage) => {
    const home = await temporaryHome();
    const { migrations, migrate, calls } = await testMigrations();
    await (await EmbeddedPostgresHost.start({ migrations, migrate })).stop();
    const [name = ""] = readdirSync(join(home, "clusters"));
    damage(join(home, "clusters", name));
    await (await EmbeddedPostgresHost.start({ migrations, migrate })).stop();
    await (await EmbeddedPostgresHost.start({ migrations, migrate })).stop();
    expect(calls).toHaveLength(2);
    expect(readdirSync(join(home, "clusters"))).toEqual([name]);
  });

  test("prepares one cluster for twenty processes that start at once", { timeout: 120_000 }, async () => {
    const program = await buildProgram("test/postgres/programs/start-host.ts");
    const home = await temporaryHome();
    const { migrations } = await testMigrations();
    const journal = join(await temporaryDirectory(), "journal");
    const processes = Array.from({ length: 20 }, () => execa("node", [program, migrations, journal]));
    const urls = await Promise.all(
      processes.map(async (process) => {
        for await (const line of createInterface({ input: process.stdout })) {
          return (JSON.parse(line) as { url: string }).url;
        }
        return "";
      }),
    );
    expect(new Set(urls).size).toBe(processes.length);
    for (const url of urls) expect(await query(url, "SELECT state FROM marker")).toHaveLength(1);
    for (const process of processes) process.stdin.end();
    await Promise.all(processes);
    expect(readFileSync(journal, "utf8").trim().split("\n")).toHaveLength(1);
    expect(readdirSync(join(home, "clusters"))).toHaveLength(1);
    expect(readdirSync(join(home, "postgres"))).toHaveLength(1);
  });

  test("passes the migration's error on, and keeps no half-made cluster", async () => {
    const home = await temporaryHome();
    const { migrations } = await testMigrations();
    const migrate = () => Promise.reject(new Error("no such column"));
    await expect(EmbeddedPostgresHost.start({ migrations, migrate })).rejects.toThrow("no such column");
    expect(readdirSync(join(home, "clusters"))).toEqual([]);
  });

  test("gives up on a migration that hangs", async () => {
    await temporaryHome();
    const { migrations } = await testMigrations();
    const migrate = () => new Promise<void>(() => {});
    const start = EmbeddedPostgresHost.start({ migrations, migrate, startTimeout: 4_000 });
    await expect(start).rejects.toMatchObject({
      code: "POSTGRES_START_FAILED",
      message: expect.stringContaining("did not end in time"),
    });
  });

  test("shows Postgres's log when it has died", async () => {
    await using host = await EmbeddedPostgresHost.start({ migrate });
    await host.createDatabase("before");
    process.kill(host.pid, "SIGQUIT");
    const attempt = async () => {
      for (let index = 0; index < 100; index++) await host.createDatabase(`after_${index}`);
    };
    await expect(attempt()).rejects.toMatchObject({
      code: "POSTGRES_CONNECT_FAILED",
      log: expect.stringContaining("ready to accept connections"),
    });
  });
});
