import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { query } from "../../support/postgres.ts";
import { CLI } from "../../support/project.ts";
import { type StandardServer, startStandardServer } from "../../support/standard-server.ts";

let postgres: StandardServer;

beforeAll(async () => {
  postgres = await startStandardServer();
});

afterAll(() => postgres.stop());

const run = (database: string, env: NodeJS.ProcessEnv = {}) =>
  execa(process.execPath, [CLI, "doctor", "--json", "--database", database], { env, reject: false });

/** Its URL without the password, and the password. */
function given() {
  const url = new URL(postgres.url("postgres"));
  const password = decodeURIComponent(url.password);
  url.password = "";
  return { url: url.href, password };
}

test("a given Postgres is tried as a run uses it, and left as it was", async () => {
  const { url, password } = given();
  const databases = () =>
    query(postgres.url("postgres"), "SELECT datname FROM pg_database WHERE datname LIKE 'hindsight\\_%'");
  const before = await databases();
  const { exitCode, stdout } = await run(url, { PGPASSWORD: password });
  expect(exitCode, stdout).toBe(0);
  const { findings } = JSON.parse(stdout);
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: "postgres",
      status: "ok",
      what: expect.stringContaining("has room for a run"),
    }),
  );
  expect(findings).toContainEqual(expect.objectContaining({ check: "server", status: "ok" }));
  expect(findings.map(({ check }: { check: string }) => check)).not.toContain("binaries");
  expect(stdout).not.toContain(password);
  expect(await databases()).toEqual(before);
});

test("one that refuses is a problem, and its password is not told", async () => {
  const { exitCode, stdout } = await run(given().url, { PGPASSWORD: "s3cret-guess" });
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ check: "postgres", status: "problem", code: "POSTGRES_CONNECT_FAILED" }),
  );
  expect(stdout).not.toContain("s3cret-guess");
});
