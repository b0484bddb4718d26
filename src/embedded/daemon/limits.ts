import { TestkitError } from "../../errors/testkit-error.ts";

/** What Hindsight's variables say of how a daemon is started and kept. Of its settings, those of the profile go first. */
export interface DaemonLimits {
  startTimeoutMs: number;
  lockTimeoutMs: number;
  idleTimeoutMs: number;
  log: { maxBytes: number; backups: number };
}

/** 24 days: a timer that is longer fires at once. */
const LONGEST_TIMER_SECONDS = Math.floor((2 ** 31 - 1) / 1_000);

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws TestkitError `INVALID_OPTION` for a variable that is no number. */
export function readLimits(environment: Variables): DaemonLimits {
  const read = (name: string, fallback: number) =>
    readNumber(environment, `HINDSIGHT_EMBED_${name}`, fallback);
  const readTimer = (name: string, fallback: number) => {
    const seconds = read(name, fallback);
    if (seconds <= LONGEST_TIMER_SECONDS) return 1_000 * seconds;
    const what = `HINDSIGHT_EMBED_${name} must be at most ${LONGEST_TIMER_SECONDS} seconds, not ${seconds}.`;
    throw new TestkitError("INVALID_OPTION", { what });
  };
  return {
    startTimeoutMs: readTimer("DAEMON_STARTUP_TIMEOUT", 180),
    lockTimeoutMs: readTimer("LOCK_TIMEOUT", 300),
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
