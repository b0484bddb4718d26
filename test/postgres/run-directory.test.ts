import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OwnedDirectory } from "../../src/home/owned-directory.ts";
import { ourselves } from "../../src/home/owner.ts";
import { clustersDirectory, reapAbandonedRuns, runsDirectory } from "../../src/postgres/run-directory.ts";
import { DIRECTORY_MARKER } from "../../src/reaper/reap.ts";
import { temporaryDirectory } from "../support/postgres.ts";

/** A directory of a process that has ended. */
async function abandoned(parent: string): Promise<string> {
  mkdirSync(parent, { recursive: true });
  const { path } = await OwnedDirectory.create(parent);
  const owner = { ...(await ourselves()), startTime: "1" };
  writeFileSync(join(path, DIRECTORY_MARKER), JSON.stringify({ owner }));
  return path;
}

describe("run directories", () => {
  test("are in memory, or beside the cache", async () => {
    const home = await temporaryDirectory();
    expect(["/dev/shm", join(home, "runs")]).toContain(runsDirectory(home));
  });

  test("that were abandoned are removed wherever they are, whatever room there is in memory now", async () => {
    const home = await temporaryDirectory();
    const paths = [await abandoned(join(home, "runs")), await abandoned(clustersDirectory(home))];
    if (process.platform === "linux") paths.push(await abandoned("/dev/shm"));
    await reapAbandonedRuns(home);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });
});
