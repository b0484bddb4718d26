import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { migrationsDirectory, packageRoot, programPath } from "../src/package-root.ts";

describe("package root", () => {
  test("is where our package.json is", () => {
    expect(join(packageRoot(), "/")).toBe(fileURLToPath(new URL("..", import.meta.url)));
  });

  test("leads to the migrations and the programs", () => {
    expect(readdirSync(migrationsDirectory())).toContainEqual(expect.stringMatching(/\.sql$/));
    expect(existsSync(programPath("reaper"))).toBe(true);
  });
});
