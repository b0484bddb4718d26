import { existsSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { OwnedDirectory, reapAbandonedDirectories } from "../../src/home/owned-directory.ts";
import { ourselves } from "../../src/home/owner.ts";
import { runUser } from "../../src/home/run-user.ts";
import { PostgresCluster } from "../../src/postgres/cluster.ts";
import { DIRECTORY_MARKER } from "../../src/reaper/reap.ts";
import { newCluster, soon, temporaryDirectory } from "../support/postgres.ts";
import { descendants, isAlive, survivors } from "../support/processes.ts";

/** No process has it: the kernel gives no higher one. */
const NO_PID = 4_194_305;

function mark(path: string, owner: object): void {
  writeFileSync(join(path, DIRECTORY_MARKER), JSON.stringify({ owner }));
}

async function directoryOf(parent: string, owner: object): Promise<string> {
  const { path } = await OwnedDirectory.create(parent);
  mark(path, { ...(await ourselves()), ...owner });
  return path;
}

describe("OwnedDirectory", () => {
  test("is marked as ours, and open to another user as far as needed", async () => {
    const parent = await temporaryDirectory();
    const user = runUser();
    const directory = await OwnedDirectory.create(parent, { user });
    expect(existsSync(join(directory.path, DIRECTORY_MARKER))).toBe(true);
    expect(statSync(directory.path).mode & 0o777).toBe(user ? 0o711 : 0o700);
    expect(dirname(directory.path)).toBe(parent);
    await directory.remove();
    expect(existsSync(directory.path)).toBe(false);
  });

  test("leaves nothing when it cannot be made", async () => {
    const parent = join(await temporaryDirectory(), "missing");
    await expect(OwnedDirectory.create(parent)).rejects.toThrow("ENOENT");
    expect(existsSync(parent)).toBe(false);
  });
});

describe("reapAbandonedDirectories", () => {
  test("removes a dead process's directory", async () => {
    const parent = await temporaryDirectory();
    const path = await directoryOf(parent, { startTime: "1" });
    await reapAbandonedDirectories(parent);
    expect(existsSync(path)).toBe(false);
  });

  test("ends the Postgres that runs in one, which nobody noted, with all its processes", async () => {
    const [parent, options] = [await temporaryDirectory(), await newCluster()];
    const { path } = await OwnedDirectory.create(parent, { user: options.user });
    const dataDirectory = join(path, "data");
    renameSync(options.dataDirectory, dataDirectory);
    const cluster = await PostgresCluster.start({ ...options, dataDirectory, deadline: soon() });
    onTestFinished(() => cluster.stop());
    const tree = [{ pid: cluster.pid, command: "postgres" }, ...descendants(cluster.pid)];
    mark(path, { ...(await ourselves()), startTime: "1" });
    await reapAbandonedDirectories(parent);
    expect(await survivors(tree)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test("signals nobody else who works in one", async () => {
    const parent = await temporaryDirectory();
    const path = await directoryOf(parent, { startTime: "1" });
    const shell = execa("sleep", ["60"], { cwd: path, reject: false });
    onTestFinished(() => void shell.kill("SIGKILL"));
    const mentions = execa("sh", ["-c", "sleep 60; true", "-D", `${path}/data`], { reject: false });
    onTestFinished(() => void mentions.kill("SIGKILL"));
    await reapAbandonedDirectories(parent);
    expect(existsSync(path)).toBe(false);
    expect([shell.pid ?? 0, mentions.pid ?? 0].map(isAlive)).toEqual([true, true]);
  });

  test("leaves a live process's directory alone, and one that it cannot judge until it is old", async () => {
    const parent = await temporaryDirectory();
    const other = { startTime: "1", scope: "another container" };
    const paths = [await directoryOf(parent, {}), await directoryOf(parent, other)];
    const old = await directoryOf(parent, other);
    utimesSync(join(old, DIRECTORY_MARKER), 1, 1);
    await reapAbandonedDirectories(parent);
    expect([...paths, old].map((path) => existsSync(path))).toEqual([true, true, false]);
  });

  test("removes what was made just before a kill, if nothing is in it but a marker in the making", async () => {
    const parent = await temporaryDirectory();
    const make = (pid: number, file?: string) => {
      const path = join(parent, `hindsight-testkit-${pid}-${pid.toString(16).padStart(12, "0")}`);
      mkdirSync(path);
      if (file !== undefined) writeFileSync(join(path, file), "");
      utimesSync(path, 1, 1);
      return path;
    };
    const [empty, half] = [make(NO_PID), make(NO_PID + 1, `${DIRECTORY_MARKER}.new`)];
    const kept = [make(NO_PID + 2, "somebody's file"), make(process.pid)];
    await reapAbandonedDirectories(parent);
    expect([empty, half].map((path) => existsSync(path))).toEqual([false, false]);
    expect(kept.map((path) => basename(path) && existsSync(path))).toEqual([true, true]);
  });
});
