import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/postgres.ts";
import { descendants, survivors } from "../../support/processes.ts";
import { CLI } from "../../support/project.ts";

const run = (home: string, ...args: string[]) =>
  execa(process.execPath, [CLI, "prefetch", ...args], {
    env: { HINDSIGHT_TESTKIT_HOME: home },
    reject: false,
  });

test("fills an empty cache, says so, does nothing twice, and repairs what is broken", async () => {
  const home = await temporaryDirectory();
  const first = await run(home);
  expect(first.exitCode, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/^binaries +17\S+ +[\d.]+ MB +made\ncluster +17\S+ +[\d.]+ MB +made\n/);
  expect(first.stderr).toMatch(/copied Postgres's binaries in .*\n.*initialised a cluster.*\n.*migrated it/);

  const second = await run(home, "--json");
  expect(second.exitCode, second.stderr).toBe(0);
  const { caches, phases, bytes } = JSON.parse(second.stdout);
  expect(caches).toMatchObject([
    { kind: "binaries", made: false },
    { kind: "cluster", made: false },
  ]);
  expect(bytes).toBe(caches[0].bytes + caches[1].bytes);
  expect(Object.keys(phases)).toEqual(["copy cluster", "start postgres"]);

  rmSync(join(caches[1].path, "data/global"), { recursive: true });
  const repaired = await run(home, "--json");
  expect(repaired.exitCode, repaired.stderr).toBe(0);
  expect(JSON.parse(repaired.stdout).caches).toMatchObject([{ made: false }, { made: true }]);
  expect(statSync(join(caches[1].path, "data/global")).isDirectory()).toBe(true);
  expect(readdirSync(join(home, "clusters"))).toHaveLength(1);
});

test("killed in the middle it leaves nothing that runs, and two at once then fill the cache", async () => {
  const home = await temporaryDirectory();
  const killed = run(home);
  for await (const line of createInterface({ input: killed.stderr })) {
    // Next is initdb, or Postgres itself.
    if (line.includes("copied Postgres's binaries")) break;
  }
  const started = descendants(killed.pid ?? 0);
  killed.kill("SIGKILL");
  await killed;
  expect(await survivors(started)).toEqual([]);

  const both = await Promise.all([run(home, "--json"), run(home, "--json")]);
  for (const { exitCode, stderr } of both) expect(exitCode, stderr).toBe(0);
  const made = both.map(({ stdout }) => JSON.parse(stdout).phases.initdb !== undefined);
  expect(made.sort()).toEqual([false, true]);
  expect(readdirSync(join(home, "clusters"))).toHaveLength(1);
}, 60_000);

test("says where the cache cannot be", async () => {
  const { exitCode, stdout } = await run("/dev/null/cache", "--json");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: "CACHE_DIRECTORY_UNUSABLE",
    what: expect.stringContaining("/dev/null/cache"),
  });
});
