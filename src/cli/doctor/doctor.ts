import manifest from "../../../package.json" with { type: "json" };
import { EXIT } from "../exit-codes.ts";
import { type OutputFlags, print, progress } from "../output.ts";
import { checkContainers } from "./checks/containers.ts";
import { checkDirectories, checkDisk, checkUser } from "./checks/directories.ts";
import { checkEnvironment } from "./checks/environment.ts";
import { checkGivenPostgres, withPassword } from "./checks/given-postgres.ts";
import { checkLeftovers } from "./checks/leftovers.ts";
import { checkLoopback } from "./checks/loopback.ts";
import { checkNode } from "./checks/node.ts";
import { checkPeers } from "./checks/peers.ts";
import { checkBinaries, checkInstallation, checkStart } from "./checks/postgres.ts";
import { checkProfiles } from "./checks/profiles.ts";
import { checkServer } from "./checks/server.ts";
import { type Check, type Finding, failed } from "./finding.ts";

interface Step {
  name: string;
  check: Check;
  /** Those that must be without a problem, or this one would only say the same again. */
  needs?: readonly string[];
  /** Told before it, where it takes a while. */
  progress?: string;
}

const env = process.env;

const EMBEDDED: readonly Step[] = [
  { name: "user", check: checkUser },
  { name: "binaries", check: checkBinaries },
  { name: "cache", check: () => checkDirectories(env), needs: ["user"] },
  { name: "disk", check: () => checkDisk(env), needs: ["cache"] },
  { name: "leftovers", check: () => checkLeftovers(env), needs: ["cache"] },
  { name: "installation", check: () => checkInstallation(env), needs: ["user", "binaries", "cache"] },
  {
    name: "postgres",
    check: checkStart,
    needs: ["installation", "loopback"],
    progress: "Starting a Postgres",
  },
  { name: "server", check: () => checkServer(), needs: ["postgres"], progress: "Starting a server" },
  { name: "profiles", check: () => checkProfiles(env), needs: ["user"] },
];

/** Where Postgres is somebody else's, nothing of ours has to run or to be kept for it. */
const given = (url: string): readonly Step[] => [
  {
    name: "postgres",
    check: () => checkGivenPostgres(withPassword(url, env)),
    needs: ["loopback"],
    progress: "Starting a server on the given Postgres",
  },
];

/** Nor where it is in a container, which goes with the server. */
const CONTAINER: readonly Step[] = [
  {
    name: "server",
    check: () => checkServer("container"),
    needs: ["loopback"],
    progress: "Starting a server on a Postgres in a container",
  },
];

const postgresSteps = (database: string): readonly Step[] => {
  if (database === "embedded") return EMBEDDED;
  return database === "container" ? CONTAINER : given(database);
};

const stepsFor = (database: string): readonly Step[] => [
  { name: "node", check: checkNode },
  { name: "loopback", check: checkLoopback },
  ...postgresSteps(database),
  { name: "containers", check: checkContainers },
  { name: "peers", check: () => checkPeers(process.cwd()) },
  { name: "environment", check: () => checkEnvironment(env) },
];

interface DoctorFlags extends OutputFlags {
  /** `embedded`, or a URL. */
  database: string;
}

/**
 * `doctor`: what this machine can do, and what not, each with its remedy. It starts a Postgres and a server, once, and leaves
 * nothing but filled caches. Exit code 1 when something keeps tests from running.
 */
export async function doctor(flags: DoctorFlags): Promise<void> {
  const findings: Finding[] = [];
  const impaired = new Set<string>();
  for (const step of stepsFor(flags.database)) {
    const missing = step.needs?.filter((name) => impaired.has(name)) ?? [];
    const found = missing.length > 0 ? [skipped(step.name, missing)] : await run(step);
    if (missing.length > 0 || found.some(({ status }) => status === "problem")) impaired.add(step.name);
    findings.push(...found);
    // As they come: some take a while.
    if (!flags.json) for (const finding of found) print(flags, undefined, lines(finding));
  }
  const problems = findings.filter(({ status }) => status === "problem");
  if (problems.length > 0) process.exitCode = EXIT.failed;
  const { version } = manifest;
  const document = { ok: problems.length === 0, version, node: process.versions.node, findings };
  print(flags, document, ["", summary(problems)]);
}

async function run({ name, check, progress: told }: Step): Promise<Finding[]> {
  if (told !== undefined) progress(told);
  try {
    return await check();
  } catch (error) {
    return [failed(name, error)];
  }
}

function skipped(check: string, needs: readonly string[]): Finding {
  return { check, status: "note", what: `Not tried, because of ${needs.join(", ")}` };
}

const STATUS_WIDTH = "problem".length;
const CHECK_WIDTH = "installation".length;

function lines({ status, check, what, remedy, log }: Finding): string[] {
  const indent = " ".repeat(STATUS_WIDTH + CHECK_WIDTH + 4);
  const more = [...(remedy ? [`→ ${remedy}`] : []), ...(log ? log.split("\n") : [])];
  const first = `${status.padEnd(STATUS_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  ${what}`;
  return [first, ...more.map((line) => indent + line)];
}

function summary(problems: readonly Finding[]): string {
  if (problems.length === 0) return "Tests can run here.";
  const names = [...new Set(problems.map(({ check }) => check))].join(", ");
  return `Tests cannot run here: ${names}.`;
}
