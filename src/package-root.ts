import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let root: string | undefined;

function isOurManifest(path: string): boolean {
  if (!existsSync(path)) return false;
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { name?: unknown };
  return manifest.name === "hindsight-testkit";
}

/** The package's own directory: the same from a source file and from any chunk of the build. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!isOurManifest(join(directory, "package.json"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error("hindsight-testkit's own package.json was not found.");
    directory = parent;
  }
  root = directory;
  return directory;
}

/** A program that is started as a process of its own; it exists once the package is built. */
export function programPath(name: "daemon" | "reaper" | "watchdog"): string {
  return join(packageRoot(), "dist", "programs", `${name}.mjs`);
}

/** The SQL migrations: those of the build, or of the sources in a checkout that is not built. */
export function migrationsDirectory(): string {
  const built = join(packageRoot(), "dist", "migrations");
  return existsSync(built) ? built : join(packageRoot(), "src", "store", "migrations");
}
