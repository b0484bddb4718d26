import { join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";

/** The setup file of the workers, which runs before a test file's imports. */
export function setupFile(): string {
  return join(packageRoot(), "dist/vitest/setup.mjs");
}
