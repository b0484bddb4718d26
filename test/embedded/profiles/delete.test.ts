import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { ensureDaemon } from "../../../src/embedded/daemon/ensure-daemon.ts";
import { withProfileLock } from "../../../src/embedded/daemon/profile-lock.ts";
import { profileFiles } from "../../../src/embedded/profiles/profile.ts";
import { isAlive, survivors } from "../../support/processes.ts";
import { CLI } from "../../support/project.ts";
import { useOwnHome } from "../daemon/home.ts";

const store = await useOwnHome();

function runCommand(...args: string[]) {
  return execa(process.execPath, [CLI, "profile", ...args], { reject: false });
}

/** Postgres's process, by its own pid file. */
async function postgresOf(directory: string): Promise<number> {
  const path = join(profileFiles(directory).data, "pg", "postmaster.pid");
  return Number((await readFile(path, "utf8")).split("\n")[0]);
}

test("a profile whose daemon runs is kept, unless the daemon is to be stopped", {
  timeout: 60_000,
}, async () => {
  const profile = await store.ensure("used");
  const { record } = await ensureDaemon(profile);
  const postgres = await postgresOf(profile.directory);
  const listed = await runCommand("list", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject([{ name: "used", daemon_running: true }]);
  const refused = await runCommand("delete", "used");
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("PROFILE_IN_USE");
  await expect(store.delete("used")).rejects.toMatchObject({ code: "PROFILE_IN_USE" });
  expect(await (await fetch(`${record.url}/health`)).json()).toMatchObject({ status: "healthy" });

  expect((await runCommand("delete", "used", "--stop")).exitCode).toBe(0);
  expect([isAlive(record.pid), isAlive(postgres), existsSync(profile.directory)]).toEqual([
    false,
    false,
    false,
  ]);
});

test("the Postgres of a killed daemon goes with its profile", { timeout: 60_000 }, async () => {
  const profile = await store.ensure("killed");
  const { record } = await ensureDaemon(profile);
  const postgres = await postgresOf(profile.directory);
  process.kill(record.pid, "SIGKILL");
  await survivors([{ pid: record.pid, command: "daemon" }]);
  await store.delete("killed");
  expect(await survivors([{ pid: postgres, command: "postgres" }])).toEqual([]);
  expect(existsSync(profile.directory)).toBe(false);
});

test("who waits to start the daemon is told that the profile was deleted", async () => {
  const profile = await store.ensure("wanted");
  let waiting = Promise.resolve();
  await withProfileLock(profile, 10_000, async () => {
    waiting = withProfileLock(profile, 10_000, async () => {});
    waiting.catch(() => {}); // awaited below
    await rename(profile.directory, `${profile.directory}.gone`);
  });
  await expect(waiting).rejects.toMatchObject({ code: "PROFILE_NOT_FOUND" });
});
