import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { runUser } from "../../src/home/run-user.ts";
import { installPostgres } from "../../src/postgres/installation.ts";
import type { PostgresBinaries } from "../../src/postgres/platform.ts";
import { findBinaries } from "../../src/postgres/platform.ts";
import { spawnOptions } from "../../src/postgres/spawn-options.ts";
import { soon, temporaryDirectory } from "../support/postgres.ts";
import { buildProgram } from "../support/program.ts";

/** The platform package as an installation leaves it that runs no install scripts, and that nobody may write. */
async function packageWithoutLinks(): Promise<PostgresBinaries> {
  const binaries = findBinaries();
  const native = join(await temporaryDirectory(), "native");
  cpSync(binaries.native, native, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  const setMode = async (mode: number) => {
    for (const folder of [native, join(native, "bin"), join(native, "lib")]) await chmod(folder, mode);
  };
  await setMode(0o500);
  onTestFinished(() => setMode(0o700));
  return { ...binaries, native };
}

/** A package of the same form, in which only the files' handling can be tried. */
async function smallPackage(): Promise<PostgresBinaries> {
  const native = join(await temporaryDirectory(), "native");
  for (const folder of ["bin", "lib", "share"]) mkdirSync(join(native, folder), { recursive: true });
  writeFileSync(join(native, "bin/postgres"), "a program");
  writeFileSync(join(native, "lib/libz.so.1"), "a library");
  writeFileSync(join(native, "share/data"), "data");
  const links = [{ source: "native/lib/libz.so.1", target: "native/lib/libz.so" }];
  writeFileSync(join(native, "pg-symlinks.json"), JSON.stringify(links));
  return { ...findBinaries(), native };
}

function contents(directory: string): [name: string, text: string][] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort()
    .map((name) => [name, readFileSync(join(directory, name), "utf8")]);
}

async function version(program: string): Promise<string> {
  const { stdout } = await execa(program, ["--version"], { ...spawnOptions(runUser(), "/"), reject: true });
  return stdout;
}

describe("installPostgres", () => {
  test("works from a package whose install script did not run, and does not write to it", async () => {
    const binaries = await packageWithoutLinks();
    const before = readdirSync(binaries.native, { recursive: true });
    const installed = await installPostgres({ binaries, home: await temporaryDirectory(), deadline: soon() });
    for (const name of ["initdb", "postgres", "pg_ctl"] as const) {
      expect(await version(installed.program(name))).toContain("(PostgreSQL) 17.");
    }
    expect(readdirSync(binaries.native, { recursive: true })).toEqual(before);
    const files = readdirSync(installed.directory, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.endsWith(".a"))).toEqual([]);
  });

  test("keeps two versions side by side, each its own files", async () => {
    const home = await temporaryDirectory();
    const install = (binaries: PostgresBinaries) => installPostgres({ binaries, home, deadline: soon() });
    const [real, small] = [findBinaries(), await smallPackage()];
    const [current, other] = await Promise.all([install(real), install({ ...small, version: "16.1.0" })]);
    expect(readdirSync(join(home, "postgres"))).toHaveLength(2);
    expect(await version(current.program("postgres"))).toContain("(PostgreSQL) 17.");
    expect(readFileSync(join(other.directory, "bin/postgres"), "utf8")).toBe("a program");
    // Whoever repairs one leaves the other alone.
    rmSync(join(other.directory, "share/data"));
    await install({ ...small, version: "16.1.0" });
    expect((await install(real)).directory).toBe(current.directory);
    expect(await version(current.program("postgres"))).toContain("(PostgreSQL) 17.");
  });

  test("is told about only when a copy was made", async () => {
    const home = await temporaryDirectory();
    const told: number[] = [];
    const options = {
      binaries: await smallPackage(),
      home,
      deadline: soon(),
      onInstalled: (ms: number) => told.push(ms),
    };
    await installPostgres(options);
    await installPostgres(options);
    expect(told).toHaveLength(1);
  });

  test("makes the first copy though one folder takes longer to list than the other to check", async () => {
    const binaries = await smallPackage();
    // Its files are listed in many steps, during which the other folder's file is found to be missing.
    for (let count = 0; count < 3_000; count++)
      writeFileSync(join(binaries.native, `lib/lib${count}.so`), "");
    const home = await temporaryDirectory();
    const { directory } = await installPostgres({ binaries, home, deadline: soon() });
    expect(contents(directory)).toContainEqual(["bin/postgres", "a program"]);
  });

  test("repairs a copy that is not whole", async () => {
    const home = await temporaryDirectory();
    const options = { binaries: await smallPackage(), home, deadline: soon() };
    const { directory } = await installPostgres(options);
    const whole = contents(directory);
    const damages = [
      () => truncateSync(join(directory, "bin/postgres"), 1),
      () => rmSync(join(directory, "bin/postgres")),
      () => rmSync(join(directory, "lib/libz.so.1")),
      () => rmSync(join(directory, "lib/libz.so")),
      () => rmSync(join(directory, "lib"), { recursive: true }),
      () => rmSync(directory, { recursive: true }),
    ];
    for (const damage of damages) {
      damage();
      await installPostgres(options);
      expect(contents(directory)).toEqual(whole);
      expect(readdirSync(join(home, "postgres"))).toHaveLength(1);
    }
  });

  test("makes one copy when several processes want one at once, and clears up after one that was killed", async () => {
    const program = await buildProgram("test/postgres/programs/install.ts");
    const home = await temporaryDirectory();
    const { version: number, platform } = findBinaries();
    mkdirSync(join(home, "postgres", `${number}-${platform}.building-killed`, "bin"), { recursive: true });
    const results = await Promise.all(Array.from({ length: 4 }, () => execa("node", [program, home])));
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
    expect(readdirSync(join(home, "postgres"))).toEqual([`${number}-${platform}`]);
  });

  test("says where it could not be made", async () => {
    const home = join(await temporaryDirectory(), "file");
    writeFileSync(home, "");
    const options = { binaries: findBinaries(), home, deadline: soon() };
    await expect(installPostgres(options)).rejects.toMatchObject({
      code: "POSTGRES_INSTALL_FAILED",
      message: expect.stringContaining(home),
    });
  });
});
