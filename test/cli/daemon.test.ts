import { once } from "node:events";
import { appendFile, readFile, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { profileFiles } from "../../src/embedded/profiles/profile.ts";
import { readDaemon, useOwnHome } from "../embedded/daemon/home.ts";
import { isAlive } from "../support/processes.ts";
import { CLI } from "../support/project.ts";

const TIMEOUT = { timeout: 60_000 };
const store = await useOwnHome("default", "logged");

function run(...args: string[]) {
  return execa(process.execPath, [CLI, "daemon", ...args], { reject: false });
}

async function json(...args: string[]) {
  const { stdout, exitCode } = await run(...args, "--json");
  return { exitCode, document: JSON.parse(stdout) };
}

test("starts, tells of, and stops a daemon; each is done when it is so already", TIMEOUT, async () => {
  expect(await json("status")).toEqual({
    exitCode: 1,
    document: { profile: "default", running: false, state: "none" },
  });
  expect(await json("stop")).toEqual({ exitCode: 0, document: { profile: "default", stopped: false } });
  expect(await json("logs")).toMatchObject({
    exitCode: 1,
    document: { error: { code: "DAEMON_LOG_MISSING" } },
  });
  const started = await json("start", "--idle-timeout", "600");
  expect(started).toMatchObject({
    exitCode: 0,
    document: { profile: "default", started: true, idleTimeoutMs: 600_000, differs: [] },
  });
  const { pid, url, log } = started.document;
  expect(JSON.stringify(started.document)).not.toContain((await readDaemon(store, "default")).secret);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "healthy" });
  expect(await json("start", "--idle-timeout", "30")).toMatchObject({
    exitCode: 0,
    document: { started: false, pid, differs: ["idleTimeout"] },
  });
  expect(await json("status")).toMatchObject({
    exitCode: 0,
    document: { running: true, state: "ready", pid, url },
  });
  const { document } = await json("logs", "-n", "2");
  expect(document).toEqual({
    profile: "default",
    log,
    lines: [expect.stringContaining("listening"), expect.stringContaining("GET /health")],
  });
  expect(await json("stop")).toEqual({ exitCode: 0, document: { profile: "default", stopped: true } });
  expect(isAlive(pid)).toBe(false);
  expect((await run("status")).stdout).toBe("The daemon of the profile default does not run.");
});

test.each([
  [["-p", "nobody", "status"], 1, "PROFILE_NOT_FOUND"],
  [["start", "--idle-timeout", "soon"], 2, "idle-timeout"],
  [["logs", "--json", "-f"], 2, "--follow"],
  [[], 2, "Usage"],
])("refuses %j", async (args, exitCode, text) => {
  const result = await run(...args);
  expect(result.exitCode).toBe(exitCode);
  expect(result.stdout + result.stderr).toContain(text);
});

test("says so where the variable chooses another profile than the flag", async () => {
  const options = { env: { HINDSIGHT_EMBED_PROFILE: "default" }, reject: false };
  const asked = await execa(process.execPath, [CLI, "daemon", "status", "-p", "logged"], options);
  expect(asked.stderr).toContain("HINDSIGHT_EMBED_PROFILE chooses the profile default; --profile logged");
  expect(asked.stdout).toContain("The daemon of the profile default");
});

test("follows a log, also when it is emptied for being full", TIMEOUT, async () => {
  const profile = await store.create("logged", {
    merge: true,
    env: {
      HINDSIGHT_EMBED_DAEMON_LOG_MAX_BYTES: "4000",
      HINDSIGHT_EMBED_DAEMON_LOG_BACKUP_COUNT: "2",
      HINDSIGHT_API_LOG_LEVEL: "info",
    },
  });
  const { document } = await json("start", "-p", "logged");
  const { log } = profileFiles(profile.directory);
  const follower = execa(process.execPath, [CLI, "daemon", "logs", "-f", "-p", "logged"], {
    reject: false,
  });
  onTestFinished(async () => {
    follower.kill("SIGKILL");
    await follower;
  });
  const seen: string[] = [];
  const lines = createInterface({ input: follower.stdout });
  lines.on("line", (line) => seen.push(line));
  // It follows as soon as it shows a line that is written now.
  await appendFile(log, "first\n");
  while (!seen.includes("first")) await once(lines, "line");
  const count = 200;
  for (let number = 0; number < count; number++)
    await fetch(`${document.url}/v1/default/banks/b${number}/stats`);
  expect((await stat(log)).size).toBeLessThan(5_000);
  expect((await stat(`${log}.1`)).size).toBeLessThan(5_000);
  expect((await stat(`${log}.2`)).size).toBeLessThan(5_000);
  await expect(stat(`${log}.3`)).rejects.toMatchObject({ code: "ENOENT" });
  const last = (await readFile(log, "utf8")).trimEnd().split("\n").at(-1);
  while (!seen.includes(String(last))) await once(lines, "line");
  await json("stop", "-p", "logged");
});
