import { chmod, chown, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { profileFiles } from "../../../src/embedded/profiles/profile.ts";
import { runUser } from "../../../src/home/run-user.ts";
import { temporaryDirectory } from "../../support/postgres.ts";
import { buildProgram } from "../../support/program.ts";
import { CLI } from "../../support/project.ts";
import { openStore } from "./store-fixture.ts";

const isRoot = process.getuid?.() === 0;
const onUnix = test.runIf(process.platform !== "win32");
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

/** Runs `unprivileged.ts`: as another user than root in any case. */
async function unprivileged(home: string) {
  const program = await buildProgram("test/embedded/profiles/programs/unprivileged.ts");
  return async (...args: string[]): Promise<{ done?: unknown; code?: string; message?: string }> => {
    const { stdout } = await execa(process.execPath, [program, ...args], {
      env: { HINDSIGHT_TESTKIT_HOME: home },
    });
    return JSON.parse(stdout);
  };
}

describe("rights", () => {
  onUnix.each(["000", "022", "077", "177"])("are the same under the umask %s", async (umask) => {
    const { home, profiles, store } = await openStore();
    const command = ["profile", "create", "app", "--env", "HINDSIGHT_API_LLM_API_KEY"];
    await execa("sh", ["-c", 'umask "$0"; exec "$@"', umask, process.execPath, CLI, ...command], {
      env: { HINDSIGHT_TESTKIT_HOME: home, HINDSIGHT_API_LLM_API_KEY: "s3cret" },
    });
    const { directory, environment } = await store.get("app");
    expect(environment).toEqual({ HINDSIGHT_API_LLM_API_KEY: "s3cret" });
    expect(await mode(profileFiles(directory).environment)).toBe("600");
    expect(await mode(join(profiles, "metadata.json"))).toBe("600");
    // Postgres's user passes through, and sees nothing on its way.
    for (const path of [profiles, directory]) expect(await mode(path)).toBe(isRoot ? "711" : "700");
  });

  test.runIf(isRoot)("as root let Postgres's user come to its data, and to nothing else", async () => {
    const { home, profiles, store } = await openStore();
    const { directory } = await store.create("app", { env: { HINDSIGHT_API_LLM_API_KEY: "s3cret" } });
    await store.setActive("app");
    const files = profileFiles(directory);
    await mkdir(files.data, { mode: 0o700 });
    const user = runUser();
    await chown(files.data, user?.uid ?? 0, user?.gid ?? 0);
    const as = await unprivileged(home);
    expect(await as("writeFile", join(files.data, "file"))).toEqual({ done: null });
    expect(await readFile(join(files.data, "file"), "utf8")).toBe("written");
    const closed = [files.environment, join(profiles, "metadata.json"), join(home, "active_profile")];
    for (const path of closed) expect(await as("readFile", path)).toMatchObject({ code: "EACCES" });
    for (const path of [profiles, directory]) {
      expect(await as("readDirectory", path)).toMatchObject({ code: "EACCES" });
      expect(await as("makeDirectory", join(path, "new"))).toMatchObject({ code: "EACCES" });
    }
  });

  onUnix("that are missing are an error that names the file", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o777);
    const home = join(directory, "home");
    const as = await unprivileged(home);
    expect(await as("create", "app")).toMatchObject({ done: { name: "app" } });
    const metadata = join(home, "profiles", "metadata.json");
    await chmod(metadata, 0o000);
    expect(await as("list")).toEqual({
      code: "PROFILE_STORE_UNUSABLE",
      message: expect.stringContaining(`permission denied, open '${metadata}'`),
    });
    await chmod(metadata, 0o600);
    const environment = join(home, "profiles", "app", "profile.env");
    await chmod(environment, 0o000);
    expect(await as("list")).toMatchObject({ done: [{ fault: expect.stringContaining(environment) }] });
    await chmod(environment, 0o600);
  });

  onUnix("in a place that nobody may write are an error before anything is made", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o555);
    const as = await unprivileged(join(directory, "home"));
    expect(await as("create", "app")).toMatchObject({
      code: "PROFILE_STORE_UNUSABLE",
      message: expect.stringContaining("HINDSIGHT_TESTKIT_HOME"),
    });
    expect(await as("list")).toEqual({ done: [] });
    const file = join(directory, "file");
    await chmod(directory, 0o755);
    await writeFile(file, "");
    const inFile = await unprivileged(file);
    expect(await inFile("create", "app")).toMatchObject({ code: "PROFILE_STORE_UNUSABLE" });
  });
});

/** Runs its arguments as commands of a shell in a file system of 128 kB at `$0`, which ends with them. */
const SMALL_DISK = [
  "unshare",
  ...["--mount", ...(isRoot ? [] : ["--map-root-user"])],
  ...["sh", "-c", 'mount -t tmpfs -o size=128k small "$0" && eval "$1"'],
];

test.runIf(process.platform === "linux")("a full disk is an error, and leaves all as it was", async () => {
  const home = await temporaryDirectory();
  const profile = `"${process.execPath}" "${CLI}" profile`;
  const script = `
    ${profile} create app --env A=1
    cat /dev/zero > "$0/filler" 2> /dev/null
    ${profile} set-env app A ${"2".repeat(10_000)}
    echo "exit code $?"
    ${profile} list
    rm "$0/filler"
    ${profile} set-env app B 3
    cat "$0/profiles/app/profile.env"
    ls -A "$0/profiles" "$0/profiles/app"
  `;
  const [file = "", ...args] = [...SMALL_DISK, home, script];
  const { stdout, stderr } = await execa(file, args, { env: { HINDSIGHT_TESTKIT_HOME: home } });
  expect(stderr).toContain("PROFILE_STORE_UNUSABLE");
  expect(stderr).toContain("ENOSPC");
  expect(stdout).toContain("exit code 1\n");
  expect(stdout).toMatch(/^app +\d+/m);
  expect(stdout).toMatch(/A=1\nB=3\n/);
  expect(stdout).not.toContain(".tmp");
});
