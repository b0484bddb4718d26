import { execa } from "execa";
import { CATALOGUE } from "../../../errors/catalogue.ts";
import { testkitHome } from "../../../home/home.ts";
import { runUser } from "../../../home/run-user.ts";
import { installPostgres } from "../../../postgres/installation.ts";
import { findBinaries } from "../../../postgres/platform.ts";
import { spawnOptions } from "../../../postgres/spawn-options.ts";
import { duration } from "../../output.ts";
import { startOnce } from "../../start-once.ts";
import type { Finding } from "../finding.ts";

const TIMEOUT_MS = 120_000;

/** The package with the binaries for this platform. */
export function checkBinaries(): Finding[] {
  const { version, platform, native } = findBinaries();
  return [{ check: "binaries", status: "ok", what: `Postgres ${version} for ${platform}, from ${native}` }];
}

/** Our copy of them, its links, and whether the user that it is for can run it. */
export async function checkInstallation(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const user = runUser();
  let wasThere = true;
  const { directory, program } = await installPostgres({
    binaries: findBinaries(),
    home: testkitHome(user, env),
    deadline: performance.now() + TIMEOUT_MS,
    onInstalled: () => {
      wasThere = false;
    },
  });
  const { all, stdout, shortMessage } = await execa(program("postgres"), ["--version"], {
    ...spawnOptions(user, directory),
    all: true,
  });
  const { remedy } = CATALOGUE.POSTGRES_BINARIES_MISSING;
  // Not by the exit code alone: a shell may have taken a broken file for an empty script.
  if (!stdout?.includes("(PostgreSQL)")) {
    const said = all || shortMessage || "`postgres --version` says nothing.";
    const what = `The binaries in ${directory} do not run on this system: ${said}`;
    return [{ check: "installation", status: "problem", what: `${what.trim()}${libc()}`, remedy }];
  }
  const copied = wasThere ? "is whole, with its links" : "was not there, or not whole, and has been made";
  return [{ check: "installation", status: "ok", what: `${stdout}; the copy in ${directory} ${copied}` }];
}

/** The binaries are built for glibc: on Alpine the loader that they name is not there. */
function libc(): string {
  if (process.platform !== "linux") return "";
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined
    ? " They need glibc, and this system has another libc."
    : "";
}

/** Starts a Postgres on a copy of the prepared cluster, as every run does. */
export async function checkStart(): Promise<Finding[]> {
  const phases: Record<string, number> = {};
  const ms = await startOnce(TIMEOUT_MS, (name, taken) => {
    phases[name] = Math.round(taken);
  });
  return [{ check: "postgres", status: "ok", what: `Started in ${duration(ms)}: ${told(phases)}`, phases }];
}

function told(phases: Readonly<Record<string, number>>): string {
  return Object.entries(phases)
    .map(([name, ms]) => `${name} ${ms} ms`)
    .join(", ");
}
