import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withLock } from "../../src/home/lock.ts";
import { ourselves } from "../../src/home/owner.ts";
import { soon, temporaryDirectory } from "../support/postgres.ts";

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

  test("respects the lock of a process that it cannot see, and waits no longer than it may", async () => {
    const path = join(await temporaryDirectory(), "lock");
    writeFileSync(path, JSON.stringify({ ...(await ourselves()), pid: 4_711, scope: "another container" }));
    const attempt = withLock(path, performance.now() + 100, tooLate, async () => "in");
    await expect(attempt).rejects.toThrow("held by 4711");
  });
});
