import type { RunUser } from "../home/run-user.ts";

/** Variables that the programs need; the others of the caller's, PGDATA and LD_LIBRARY_PATH among them, would mislead them. */
const INHERITED = ["PATH", "TMPDIR", "SystemRoot", "TEMP", "TMP"];

/**
 * How Postgres's programs are started: as the unprivileged user where we are root, with messages in English, which are
 * searched, and in a session of their own, so that a Ctrl-C in the terminal does not reach them before us.
 * @param directory one that the user may enter; our own working directory may not be.
 */
export function spawnOptions(user: RunUser | undefined, directory: string) {
  const env = Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return {
    cwd: directory,
    env: { ...env, LC_ALL: "C" },
    extendEnv: false,
    detached: true,
    cleanup: false,
    windowsHide: true,
    stdin: "ignore",
    reject: false,
    // Node wants signed ids here, and unsigned ones for chown.
    ...(user && { uid: user.uid | 0, gid: user.gid | 0 }),
  } as const;
}
