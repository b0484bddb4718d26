import {
  chmodSync,
  existsSync,
  mkdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { canEnter, dataHome, testkitHome } from "../../src/home/home.ts";
import { temporaryDirectory } from "../support/postgres.ts";

/** Some user without rights of his own. */
const STRANGER = { name: "stranger", uid: 61_234, gid: 61_235 };

function stubEnv(name: string, value: string): void {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

function asUser(uid: number): void {
  const getuid = vi.spyOn(process, "getuid").mockReturnValue(uid);
  onTestFinished(() => getuid.mockRestore());
}

describe("canEnter", () => {
  test("looks at every directory above", async () => {
    const directory = await temporaryDirectory();
    const inner = join(directory, "closed", "open");
    mkdirSync(inner, { recursive: true });
    expect(canEnter(inner, STRANGER)).toBe(true);
    chmodSync(dirname(inner), 0o700);
    expect(canEnter(inner, STRANGER)).toBe(false);
  });

  test("takes the bits that are meant for the user", async () => {
    const directory = await temporaryDirectory();
    const self = { uid: process.getuid?.() ?? 0, gid: 61_235 };
    chmodSync(directory, 0o700);
    expect(canEnter(directory, self)).toBe(true);
    chmodSync(directory, 0o011);
    expect(canEnter(directory, self)).toBe(false);
    chmodSync(directory, 0o755);
  });
});

describe("testkitHome", () => {
  test("is where HINDSIGHT_TESTKIT_HOME says, open to the user who runs Postgres", async () => {
    const home = join(await temporaryDirectory(), "a", "b");
    expect(testkitHome(STRANGER, { HINDSIGHT_TESTKIT_HOME: home })).toBe(home);
    expect(statSync(home).mode & 0o777).toBe(0o755);
  });

  test("refuses one that the user who runs Postgres may not enter", async () => {
    const closed = await temporaryDirectory();
    chmodSync(closed, 0o700);
    const home = join(closed, "home");
    expect(() => testkitHome(STRANGER, { HINDSIGHT_TESTKIT_HOME: home })).toThrow(
      expect.objectContaining({
        code: "CACHE_DIRECTORY_UNUSABLE",
        message: expect.stringContaining(`${home}: the user stranger may not enter it`),
      }),
    );
  });

  test("refuses one that is a file", async () => {
    const home = join(await temporaryDirectory(), "file");
    writeFileSync(home, "");
    expect(() => testkitHome(undefined, { HINDSIGHT_TESTKIT_HOME: home })).toThrow(
      expect.objectContaining({ code: "CACHE_DIRECTORY_UNUSABLE", message: expect.stringContaining(home) }),
    );
  });

  test.runIf(process.platform === "linux")("is in XDG_CACHE_HOME by default, or else temporary", async () => {
    const cache = await temporaryDirectory();
    stubEnv("TMPDIR", cache);
    expect(testkitHome(undefined, { XDG_CACHE_HOME: cache })).toBe(join(cache, "hindsight-testkit"));
    const fallback = testkitHome(undefined, { XDG_CACHE_HOME: "/dev/null" });
    expect(fallback).toBe(join(cache, `hindsight-testkit-${process.getuid?.()}`));
  });

  test.runIf(process.platform === "linux")(
    "does not trust a temporary one that another user made",
    async () => {
      stubEnv("TMPDIR", await temporaryDirectory());
      testkitHome(undefined, { XDG_CACHE_HOME: "/dev/null" });
      const uid = process.getuid?.() ?? 0;
      const getuid = vi.spyOn(process, "getuid").mockReturnValueOnce(uid).mockReturnValueOnce(STRANGER.uid);
      onTestFinished(() => getuid.mockRestore());
      expect(() => testkitHome(undefined, { XDG_CACHE_HOME: "/dev/null" })).toThrow(
        "belongs to another user",
      );
    },
  );
});

describe("dataHome", () => {
  test("is where HINDSIGHT_TESTKIT_HOME says, and is not made", async () => {
    const home = join(await temporaryDirectory(), "home");
    expect(dataHome({ HINDSIGHT_TESTKIT_HOME: home, XDG_DATA_HOME: "/elsewhere" })).toBe(home);
    expect(existsSync(home)).toBe(false);
  });

  test("is one directory by whatever name it is called, also before it is there", async () => {
    const directory = await temporaryDirectory();
    const link = join(await temporaryDirectory(), "link");
    symlinkSync(directory, link, "junction");
    const home = dataHome({ HINDSIGHT_TESTKIT_HOME: join(link, "home") });
    expect(home).toBe(join(realpathSync(directory), "home"));
    expect(dataHome({ HINDSIGHT_TESTKIT_HOME: link })).toBe(realpathSync(directory));
  });

  test.runIf(process.platform === "linux")("is in XDG_DATA_HOME by default", () => {
    asUser(STRANGER.uid);
    expect(dataHome({ XDG_DATA_HOME: "/data" })).toBe("/data/hindsight-testkit");
    const own = join(homedir(), ".local", "share", "hindsight-testkit");
    expect(dataHome({})).toBe(own);
    expect(dataHome({ XDG_DATA_HOME: "relative" })).toBe(own);
  });

  test.runIf(process.platform === "linux")("of root is where another user can go", () => {
    asUser(0);
    expect(dataHome({ XDG_DATA_HOME: "/root/data" })).toBe("/var/lib/hindsight-testkit");
  });

  test("is not in the cache, which people delete", () => {
    expect(dataHome({}).startsWith(testkitHome(undefined, {}))).toBe(false);
  });
});
