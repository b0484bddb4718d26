import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "tsdown";
import { onTestFinished } from "vitest";
import { packageRoot } from "../../src/package-root.ts";

/**
 * Bundles a test's program, so that plain Node can run it in a process of its own. The bundle lies inside the package,
 * where it finds the package's files as the real programs do.
 * @param entry relative to the package.
 * @returns its path.
 */
export async function buildProgram(entry: string): Promise<string> {
  const outDir = join(packageRoot(), ".cache", "test-programs", randomBytes(6).toString("hex"));
  onTestFinished(() => rm(outDir, { recursive: true, force: true }));
  await build({
    config: false,
    cwd: packageRoot(),
    entry: { program: entry },
    outDir,
    format: "esm",
    platform: "node",
    dts: false,
    logLevel: "silent",
  });
  return join(outDir, "program.mjs");
}
