import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Deadline } from "../home/deadline.ts";
import { timeLeft } from "../home/deadline.ts";
import type { RunUser } from "../home/run-user.ts";
import type { Reaper } from "../reaper/reaper.ts";
import type { Installation } from "./installation.ts";
import { spawnOptions } from "./spawn-options.ts";

/** The superuser of every cluster of ours. */
export const SUPERUSER = "postgres";

/**
 * Postgres's own C.UTF-8 decides about case and order, so that they are the same on every platform: by code point.
 * Which characters are letters (pg_trgm, text search) is still the operating system's affair, hence LC_CTYPE below.
 */
export const INITDB_OPTIONS = [
  "--encoding=UTF8",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--locale=C",
  `--username=${SUPERUSER}`,
  "--auth=scram-sha-256",
  // Password stretching is for weak passwords; ours has 192 random bits. It would cost milliseconds a connection.
  "--set=scram_iterations=1",
  // Megabytes. A new cluster is copied for every run, with a segment that is mostly empty.
  "--wal-segsize=1",
  // Else it uses /dev/shm, where its files stay when it is killed: under names that say nothing of whose they are.
  ...(process.platform === "win32" ? [] : ["--set=dynamic_shared_memory_type=mmap"]),
  "--no-sync",
  "--no-instructions",
];

/**
 * Locales that tell letters of all languages, the most usual first. Some Linux systems and macOS have no C.UTF-8. On
 * Windows any but C will do: with a UTF-8 database Postgres asks for characters by their Unicode number.
 */
const LETTER_LOCALES = process.platform === "win32" ? ["en-US"] : ["C.UTF-8", "en_US.UTF-8"];

/**
 * Makes a database cluster.
 * @param options.dataDirectory must not exist.
 * @throws TestkitError POSTGRES_INIT_FAILED
 */
export async function initdb(options: {
  installation: Installation;
  dataDirectory: string;
  password: string;
  user: RunUser | undefined;
  deadline: Deadline;
  /** Ends initdb when our process is gone. */
  reaper?: Reaper | undefined;
}): Promise<void> {
  const { dataDirectory, user } = options;
  const directory = dirname(dataDirectory);
  const passwordFile = join(directory, "password");
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  try {
    await mkdir(dataDirectory, { mode: 0o700 });
    if (user) {
      await chown(dataDirectory, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    let log = "";
    for (const locale of LETTER_LOCALES) {
      const running = execa(
        options.installation.program("initdb"),
        [...INITDB_OPTIONS, `--lc-ctype=${locale}`, `--pwfile=${passwordFile}`, "-D", dataDirectory],
        {
          ...spawnOptions(user, directory),
          all: true,
          timeout: timeLeft(options.deadline),
          killSignal: "SIGKILL",
        },
      );
      const { pid } = running;
      if (pid !== undefined) options.reaper?.watchProcess(pid);
      const result = await running;
      if (pid !== undefined) options.reaper?.forgetProcess(pid);
      if (!result.failed) return;
      log = result.all || result.shortMessage || "";
      if (!log.includes("invalid locale name")) break;
    }
    throw new TestkitError("POSTGRES_INIT_FAILED", { what: `initdb failed in ${dataDirectory}.`, log });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
