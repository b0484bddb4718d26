import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { withLock } from "../../src/home/lock.ts";
import { ourselves } from "../../src/home/owner.ts";
import { soon, temporaryDirectory } from "../support/postgres.ts";
import { buildProgram } from "../support/program.ts";

const tooLate = (owner: number | undefined) => new Error(`held by ${owner}`);

describe("withLock", () => {
  test("lets one in at a time, and leaves no file", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, "lock");
    let inside = 0;
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        withLock(path, soon(), tooLate, async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
          return index;
        }),
      ),
    );
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("is released when the work fails", async () => {
    const path = join(await temporaryDirectory(), "lock");
    await expect(withLock(path, soon(), tooLate, () => Promise.reject(new Error("broken")))).rejects.toThrow(
      "broken",
    );
    expect(await withLock(path, soon(), tooLate, async () => "in")).toBe("in");
  });

  test.each([
    ["whose id nobody has", { pid: 2 ** 22 + 1 }],
    ["whose id another process has now", { startTime: "1" }],
  ])("breaks the lock of a process %s", async (_, difference) => {
    const path = join(await temporaryDirectory(), "lock");
    writeFileSync(path, JSON.stringify({ ...(await ourselves()), ...difference }));
    expect(await withLock(path, soon(), tooLate, async () => "in")).toBe("in");
  });

  test("breaks a lock whose file was lost in a failure of the machine", async () => {
    const path = join(await temporaryDirectory(), "lock");
    writeFileSync(path, "");
    expect(await withLock(path, soon(), tooLate, async () => "in")).toBe("in");
  });

  test("lets one in at a time also when several processes find a stale lock", async () => {
    const path = join(await temporaryDirectory(), "lock");
    const program = await buildProgram("test/home/programs/contender.ts");
    const contenders = Array.from({ length: 8 }, () => {
      const child = spawn(process.execPath, [program, path], { stdio: ["pipe", "pipe", "inherit"] });
      return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
    });
    const answers = async () =>
      await Promise.all(contenders.map(async ({ lines }) => (await lines.next()).value));
    expect(new Set(await answers())).toEqual(new Set(["ready"]));
    for (let round = 0; round < 12; round++) {
      writeFileSync(path, JSON.stringify({ ...(await ourselves()), startTime: "1", id: `${round}-0` }));
      for (const { child } of contenders) child.stdin.write("go\n");
      expect(new Set(await answers())).toEqual(new Set(["alone"]));
    }
    for (const { child } of contenders) child.stdin.end();
    await Promise.all(contenders.map(({ child }) => once(child, "exit")));
  });

  test("removes what dead processes left of their attempts, and nothing else", async () => {
    const directory = await temporaryDirectory();
    const dead = JSON.stringify({ ...(await ourselves()), startTime: "1", id: "a-1" });
    const waiting = JSON.stringify({ ...(await ourselves()), id: "a-2" });
    for (const name of ["lock.a-1.claim", "lock.a-1", "lock.a-1.b-1", "lock.a-1.b-2.claim"])
      writeFileSync(join(directory, name), dead);
    const kept = ["lock.a-2.claim", "lock.beef", "lock.txt", "locks", "other.a-1.claim"];
    for (const name of kept) writeFileSync(join(directory, name), name === kept[0] ? waiting : dead);
    await withLock(join(directory, "lock"), soon(), tooLate, async () => {});
    expect(readdirSync(directory).sort()).toEqual(kept);
  });

  test("respects the lock of a process that it cannot see, and waits no longer than it may", async () => {
    const path = join(await temporaryDirectory(), "lock");
    writeFileSync(path, JSON.stringify({ ...(await ourselves()), pid: 4_711, scope: "another container" }));
    const attempt = withLock(path, performance.now() + 100, tooLate, async () => "in");
    await expect(attempt).rejects.toThrow("held by 4711");
  });
});
