import { statSync } from "node:fs";
import { installPostgres } from "../../../src/postgres/installation.ts";
import { findBinaries } from "../../../src/postgres/platform.ts";

/** Installs Postgres into the cache directory of the first argument, and says which file on the disk its program is. */
const [home = ""] = process.argv.slice(2);
const deadline = performance.now() + 30_000;
const installation = await installPostgres({ binaries: findBinaries(), home, deadline });
process.stdout.write(String(statSync(installation.program("postgres")).ino));
