import { once } from "node:events";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa, execaSync } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { identifyProcess, isRunning } from "../../src/reaper/process-identity.ts";
import { endProcess, removeDirectory } from "../../src/reaper/reap.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryDirectory } from "../support/postgres.ts";
import { isAlive } from "../support/processes.ts";

/** A process that would run for a minute. */
function sleeper(): { pid: number; ended: Promise<unknown> } {
  const process = execa("sleep", ["60"], { reject: false });
  onTestFinished(() => void process.kill("SIGKILL"));
  if (process.pid === undefined) throw new Error("It did not start.");
  return { pid: process.pid, ended: process };
}

describe("process identity", () => {
  test("is the same at every look, and no longer after the end", async () => {
    const { pid, ended } = sleeper();
    const identity = await identifyProcess(pid);
    expect(identity).toEqual(await identifyProcess(pid));
    if (!identity) throw new Error("It was not found.");
    expect(await isRunning(identity)).toBe(true);
    process.kill(pid, "SIGKILL");
    await ended;
    expect(await isRunning(identity)).toBe(false);
    expect(await identifyProcess(pid)).toBeUndefined();
  });

  test("does not count a zombie", async () => {
    // The shell becomes a process that never asks about its child's end.
    const parent = execa("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"], { reject: false });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
    const state = () => execaSync("ps", ["-o", "stat=", "-p", line], { reject: false }).stdout;
    await eventually(() => state().startsWith("Z"), "the child has ended");
    expect(await identifyProcess(Number(line))).toBeUndefined();
  });
});

describe("endProcess", () => {
  test("ends the process that it names", async () => {
    const { pid } = sleeper();
    const identity = await identifyProcess(pid);
    if (!identity) throw new Error("It was not found.");
    await endProcess({ ...identity, stopSignal: "SIGTERM" });
    expect(isAlive(pid)).toBe(false);
  });

  test("leaves a process alone that has the id, but started at another time", async () => {
    const { pid } = sleeper();
    await endProcess({ pid, startTime: "1", stopSignal: "SIGTERM" });
    expect(isAlive(pid)).toBe(true);
  });
});

describe("removeDirectory", () => {
  test("removes a directory with the marker, and not what links in it lead to", async () => {
    const [directory, other] = [join(await temporaryDirectory(), "marked"), await temporaryDirectory()];
    mkdirSync(directory);
    writeFileSync(join(directory, ".hindsight-testkit"), "");
    writeFileSync(join(other, "file"), "");
    symlinkSync(other, join(directory, "link"));
    await removeDirectory(directory);
    expect(existsSync(directory)).toBe(false);
    expect(existsSync(join(other, "file"))).toBe(true);
  });

  test("leaves one without the marker alone", async () => {
    const directory = await temporaryDirectory();
    writeFileSync(join(directory, "file"), "");
    await removeDirectory(directory);
    expect(existsSync(directory)).toBe(true);
  });
});
