import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../support/postgres.ts";
import { CLI } from "../support/project.ts";

/** The command with a home of the test's own. */
async function profiles() {
  const home = join(await temporaryDirectory(), "home");
  const run = (args: string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}) =>
    execa(process.execPath, [CLI, "profile", ...args], {
      reject: false,
      input: options.input ?? "",
      env: { HINDSIGHT_TESTKIT_HOME: home, ...options.env },
    });
  const json = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const { stdout, exitCode } = await run([...args, "--json"], { env });
    return { exitCode, document: JSON.parse(stdout) };
  };
  return { home, run, json, config: (name: string) => join(home, "profiles", name, "profile.env") };
}

test("makes, lists, shows and deletes profiles", async () => {
  const { run, json, config } = await profiles();
  expect(await json(["list"])).toEqual({ exitCode: 0, document: [] });
  expect(await json(["create", "app", "--port", "28123", "--env", "A=1", "--env", "B=x=y"])).toEqual({
    exitCode: 0,
    document: { name: "app", port: 28_123, config: config("app") },
  });
  expect(await readFile(config("app"), "utf8")).toBe("A=1\nB=x=y\nHINDSIGHT_API_PORT=28123\n");
  expect((await run(["set-active", "app"])).exitCode).toBe(0);
  const listed = {
    name: "app",
    port: 28_123,
    config: config("app"),
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    last_used: expect.stringMatching(/^\d{4}-.*Z$/),
    is_active: true,
    daemon_running: false,
  };
  expect(await json(["list"])).toEqual({ exitCode: 0, document: [listed] });
  expect(JSON.parse((await run(["list", "-o", "json"])).stdout)).toEqual([listed]);
  expect((await run(["list"])).stdout).toMatch(/app +28123 +active .* ago/);
  const shown = { name: "app", source: "active_profile_file", config: config("app"), port: 28_123 };
  expect(await json(["show"])).toEqual({ exitCode: 0, document: shown });
  expect((await run(["set-active", "--none"])).exitCode).toBe(0);
  expect(await json(["show"])).toMatchObject({ document: { name: "default", source: "default" } });
  expect(await json(["show", "-p", "app"])).toMatchObject({ document: { name: "app", source: "cli_flag" } });
  expect((await run(["delete", "app"])).exitCode).toBe(0);
  expect(await json(["list"])).toEqual({ exitCode: 0, document: [] });
});

test("takes secrets from the environment or stdin, and repeats none", async () => {
  const { run, config } = await profiles();
  const made = await run(["create", "app", "--env", "HINDSIGHT_API_LLM_API_KEY"], {
    env: { HINDSIGHT_API_LLM_API_KEY: "s3cret" },
  });
  const set = await run(["set-env", "app", "OTHER_KEY", "-"], { input: "s3cret 2\n" });
  const shown = await run(["show", "-p", "app"]);
  expect(await readFile(config("app"), "utf8")).toBe(
    "HINDSIGHT_API_LLM_API_KEY=s3cret\nOTHER_KEY=s3cret 2\n",
  );
  for (const { exitCode, stdout, stderr } of [made, set, shown]) {
    expect(exitCode).toBe(0);
    expect(stdout + stderr).not.toContain("s3cret");
  }
});

test("ends with 1 for what it cannot do, and 2 for a wrong use", async () => {
  const { run, json } = await profiles();
  await run(["create", "app"]);
  const refused = [
    ["create", "app"],
    ["create", "a b"],
    ["create", "other", "--port", "80"],
    ["create", "other", "--env", "NOT_SET_ANYWHERE"],
    ["set-env", "ghost", "A", "1"],
    ["remove-env", "app", "A"],
    ["delete", "ghost"],
    ["set-active", "ghost"],
    ["set-active"],
    ["show", "-p", "ghost"],
  ];
  const results = await Promise.all(refused.map((args) => run(args)));
  expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(refused.map(() => [1, ""]));
  for (const { stderr } of results) expect(stderr).toContain("[hindsight-testkit ");
  const { exitCode, document } = await json(["delete", "ghost"]);
  expect({ exitCode, document }).toMatchObject({
    exitCode: 1,
    document: { error: { code: "PROFILE_NOT_FOUND" } },
  });
  const wrong = await Promise.all([[], ["create"], ["lst"], ["list", "-o", "xml"]].map((args) => run(args)));
  expect(wrong.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2]);
});

test("HINDSIGHT_EMBED_PROFILE goes before the flag, and that is said", async () => {
  const { run, home } = await profiles();
  await run(["create", "app"]);
  await run(["create", "other"]);
  const { stdout, stderr } = await run(["show", "-p", "app", "--json"], {
    env: { HINDSIGHT_EMBED_PROFILE: "other" },
  });
  expect(JSON.parse(stdout)).toMatchObject({ name: "other", source: "HINDSIGHT_EMBED_PROFILE" });
  const note = "HINDSIGHT_EMBED_PROFILE chooses the profile other; --profile app is not looked at.";
  expect(stderr).toContain(note);
  const ofDaemon = await execa(process.execPath, [CLI, "daemon", "status", "-p", "app"], {
    reject: false,
    env: { HINDSIGHT_TESTKIT_HOME: home, HINDSIGHT_EMBED_PROFILE: "other" },
  });
  expect(ofDaemon.stderr).toContain(note);
});
