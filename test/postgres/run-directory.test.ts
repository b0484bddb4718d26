import { existsSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { ourselves } from "../../src/home/owner.ts";
import { runUser } from "../../src/home/run-user.ts";
import { RunDirectory, reapAbandonedRuns, runsDirectory } from "../../src/postgres/run-directory.ts";
import { identifyProcess } from "../../src/reaper/process-identity.ts";
import { DIRECTORY_MARKER } from "../../src/reaper/reap.ts";
import { temporaryDirectory } from "../support/postgres.ts";
import { isAlive } from "../support/processes.ts";

async function runOf(parent: string, owner: object, processes: object[] = []): Promise<string> {
  const { path } = await RunDirectory.create(parent, undefined);
  const marker = { owner: { ...(await ourselves()), ...owner }, processes };
  writeFileSync(join(path, DIRECTORY_MARKER), JSON.stringify(marker));
  return path;
}

describe("RunDirectory", () => {
  test("is marked as ours, and open to Postgres's user as far as needed", async () => {
    const run = await RunDirectory.create(await temporaryDirectory(), runUser());
    expect(existsSync(join(run.path, DIRECTORY_MARKER))).toBe(true);
    expect(statSync(run.path).mode & 0o777).toBe(runUser() ? 0o711 : 0o700);
    expect(dirname(run.dataDirectory)).toBe(run.path);
    await run.remove();
    expect(existsSync(run.path)).toBe(false);
  });

  test("is in memory, or beside the cache", async () => {
    const home = await temporaryDirectory();
    expect(["/dev/shm", join(home, "runs")]).toContain(runsDirectory(home));
  });
});

describe("reapAbandonedRuns", () => {
  test("removes a dead process's run, and ends what still runs in it", async () => {
    const parent = await temporaryDirectory();
    const left = execa("sleep", ["60"], { reject: false });
    onTestFinished(() => void left.kill("SIGKILL"));
    const identity = await identifyProcess(left.pid ?? 0);
    const path = await runOf(parent, { startTime: "1" }, [{ ...identity, stopSignal: "SIGQUIT" }]);
    await reapAbandonedRuns(parent);
    expect(existsSync(path)).toBe(false);
    expect(isAlive(left.pid ?? 0)).toBe(false);
  });

  test("leaves a live process's run alone, and one that it cannot judge", async () => {
    const parent = await temporaryDirectory();
    const paths = [
      await runOf(parent, {}),
      await runOf(parent, { startTime: "1", scope: "another container" }),
    ];
    await reapAbandonedRuns(parent);
    expect(paths.map((path) => existsSync(path))).toEqual([true, true]);
  });

  test("removes a run that it cannot judge when it is old", async () => {
    const parent = await temporaryDirectory();
    const path = await runOf(parent, { scope: "another container" });
    utimesSync(join(path, DIRECTORY_MARKER), 1, 1);
    await reapAbandonedRuns(parent);
    expect(existsSync(path)).toBe(false);
  });
});
