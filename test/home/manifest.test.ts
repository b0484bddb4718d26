import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { openManifest, reapAbandonedManifests } from "../../src/home/manifest.ts";
import { ourselves } from "../../src/home/owner.ts";
import { identifyProcess } from "../../src/reaper/process-identity.ts";
import type { WatchedProcess } from "../../src/reaper/reap.ts";
import { Reaper } from "../../src/reaper/reaper.ts";
import { temporaryDirectory } from "../support/postgres.ts";
import { isAlive } from "../support/processes.ts";

/** A process that would run for a minute. */
async function sleeper(): Promise<WatchedProcess> {
  const subprocess = execa("sleep", ["60"], { reject: false });
  onTestFinished(() => void subprocess.kill("SIGKILL"));
  const identity = await identifyProcess(subprocess.pid ?? 0);
  if (!identity) throw new Error("It did not start.");
  return { ...identity, stopSignal: "SIGTERM" };
}

/** The manifest of a process that has ended, unless `owner` says otherwise. */
async function manifestOf(home: string, processes: WatchedProcess[], owner: object = {}): Promise<string> {
  const directory = join(home, "manifests");
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${Math.random()}.json`);
  const dead = { ...(await ourselves()), startTime: "1", ...owner };
  writeFileSync(path, JSON.stringify({ owner: dead, processes, directories: [] }));
  return path;
}

describe("manifest", () => {
  test("holds what the reaper watches, from the same turn on, and is gone when that is closed", async () => {
    const home = await temporaryDirectory();
    const manifest = await openManifest(home);
    const reaper = Reaper.start({ manifest });
    const [watched, forgotten] = [await sleeper(), await sleeper()];
    reaper.watchProcess(watched.pid, "SIGQUIT");
    reaper.watchProcess(forgotten.pid);
    reaper.watchDirectory(join(home, "run"));
    reaper.forgetProcess(forgotten.pid);
    if (process.platform === "linux") {
      expect(JSON.parse(readFileSync(manifest.path, "utf8"))).toEqual({
        owner: await ourselves(),
        processes: [{ ...watched, stopSignal: "SIGQUIT" }],
        directories: [join(home, "run")],
      });
    }
    reaper.forgetProcess(watched.pid);
    await reaper.close();
    expect(readdirSync(join(home, "manifests"))).toEqual([]);
  });

  test("that cannot be written stops nobody", async () => {
    const home = await temporaryDirectory();
    writeFileSync(join(home, "manifests"), "a file in its place");
    const manifest = await openManifest(home);
    manifest.note({ processes: [], directories: [] });
    await manifest.close();
  });
});

describe("reapAbandonedManifests", () => {
  test("ends what a dead process and its reaper left, once", async () => {
    const home = await temporaryDirectory();
    const left = await sleeper();
    const path = await manifestOf(home, [left]);
    await Promise.all([reapAbandonedManifests(home), reapAbandonedManifests(home)]);
    expect(isAlive(left.pid)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  test("signals no process that only has the id", async () => {
    const home = await temporaryDirectory();
    const stranger = await sleeper();
    const path = await manifestOf(home, [{ ...stranger, startTime: "1" }]);
    await reapAbandonedManifests(home);
    expect(isAlive(stranger.pid)).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  test("signals no process by the manifest of another boot or container, however old that is", async () => {
    const home = await temporaryDirectory();
    // The same id and start time: both are counted anew there.
    const stranger = await sleeper();
    const path = await manifestOf(home, [stranger], { scope: "another boot" });
    await reapAbandonedManifests(home);
    expect(existsSync(path)).toBe(true);
    utimesSync(path, 1, 1);
    await reapAbandonedManifests(home);
    expect(isAlive(stranger.pid)).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  test("leaves a live process's manifest alone", async () => {
    const home = await temporaryDirectory();
    const watched = await sleeper();
    const path = await manifestOf(home, [watched], await ourselves());
    await reapAbandonedManifests(home);
    expect(isAlive(watched.pid)).toBe(true);
    expect(existsSync(path)).toBe(true);
  });

  test("takes no orders from a file of another user", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("only root can give a file away");
    const home = await temporaryDirectory();
    const stranger = await sleeper();
    const path = await manifestOf(home, [stranger]);
    chownSync(path, 65_534, 65_534);
    await reapAbandonedManifests(home);
    expect(isAlive(stranger.pid)).toBe(true);
    expect(statSync(path).uid).toBe(65_534);
  });

  test.each(["", "{", "null", '{"owner":{}}'])("is not stopped by a file that holds %j", async (text) => {
    const home = await temporaryDirectory();
    const left = await sleeper();
    await manifestOf(home, [left]);
    const broken = join(home, "manifests", "broken.json");
    writeFileSync(broken, text);
    await reapAbandonedManifests(home);
    expect(isAlive(left.pid)).toBe(false);
    expect(existsSync(broken)).toBe(true);
    utimesSync(broken, 1, 1);
    await reapAbandonedManifests(home);
    expect(existsSync(broken)).toBe(false);
  });
});
