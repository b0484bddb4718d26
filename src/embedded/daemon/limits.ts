import { TestkitError } from "../../errors/testkit-error.ts";

/** What Hindsight's variables say of how a daemon is started and kept. Of its settings, those of the profile go first. */
export interface DaemonLimits {
  startTimeoutMs: number;
  lockTimeoutMs: number;
  idleTimeoutMs: number;
  log: { maxBytes: number; backups: number };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws TestkitError `INVALID_OPTION` for a variable that is no number. */
export function readLimits(environment: Variables): DaemonLimits {
  const read = (name: string, fallback: number) =>
    readNumber(environment, `HINDSIGHT_EMBED_${name}`, fallback);
  return {
    startTimeoutMs: 1_000 * read("DAEMON_STARTUP_TIMEOUT", 180),
    lockTimeoutMs: 1_000 * read("LOCK_TIMEOUT", 300),
    idleTimeoutMs: 1_000 * read("DAEMON_IDLE_TIMEOUT", 300),
    log: {
      maxBytes: read("DAEMON_LOG_MAX_BYTES", 10 * 1024 * 1024),
      backups: read("DAEMON_LOG_BACKUP_COUNT", 3),
    },
  };
}

function readNumber(environment: Variables, name: string, fallback: number): number {
  const text = environment[name];
  if (text === undefined || text.trim() === "") return fallback;
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new TestkitError("INVALID_OPTION", {
    what: `${name} must be a number that is not negative, not ${JSON.stringify(text)}.`,
  });
}
