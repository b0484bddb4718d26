import { createHmac } from "node:crypto";
import type { DaemonRecord, DatabaseConfig, LogLevel } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { type Profile, profileFiles } from "../profiles/profile.ts";
import { type DaemonLimits, readLimits } from "./limits.ts";

/** What somebody who needs a daemon asks for. What is left out is the profile's affair. */
export interface DaemonWishes {
  /** `HINDSIGHT_API_…`; they go before the profile's. An empty one takes away what would be inherited. */
  variables?: Record<string, string> | undefined;
  /** Milliseconds; 0: it never stops by itself. */
  idleTimeout?: number | undefined;
  /** Milliseconds. */
  startTimeout?: number | undefined;
  logLevel?: LogLevel | undefined;
  /** What the caller's environment says, where neither the wishes nor the profile do (`process.env`). */
  environment?: NodeJS.ProcessEnv | undefined;
}

/** What a daemon of a profile is started with. */
export interface DaemonConfiguration {
  variables: Record<string, string>;
  database: DatabaseConfig;
  logLevel: LogLevel;
  limits: DaemonLimits;
}

const PREFIX = "HINDSIGHT_API_";
/** They are not about a server: what clients are told, and what is settled elsewhere for a daemon. */
const NOT_INHERITED = ["URL", "TOKEN", "KEY", "HOST", "PORT", "DATABASE_URL", "DAEMON_LOG"].map(
  (name) => PREFIX + name,
);
/** Of the port the profile decides, and a daemon listens on loopback alone. */
const NOT_COMPARED = ["HOST", "PORT", "DAEMON_LOG"].map((name) => PREFIX + name);
const DATABASE = `${PREFIX}DATABASE_URL`;
const LEVEL = `${PREFIX}LOG_LEVEL`;

/** What the variable says in Hindsight's words, and the nearest of ours. */
const LEVELS: Record<string, LogLevel> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warning: "warning",
  error: "error",
  critical: "error",
};

/** Wishes go before the profile, and the profile before the caller's environment. @throws TestkitError `INVALID_OPTION` */
export function configure(profile: Profile, wishes: DaemonWishes): DaemonConfiguration {
  const { environment = process.env } = wishes;
  const {
    [DATABASE]: url,
    [LEVEL]: level,
    ...variables
  } = {
    ...inherited(environment),
    ...ofServers(profile.environment),
    ...wishes.variables,
  };
  const limits = readLimits({ ...environment, ...profile.environment });
  return {
    variables: withoutEmpty(variables),
    database: databaseOf(url || environment.HINDSIGHT_EMBED_API_DATABASE_URL, profile),
    logLevel: wishes.logLevel ?? readLevel(level),
    limits: {
      ...limits,
      startTimeoutMs: wishes.startTimeout ?? limits.startTimeoutMs,
      idleTimeoutMs: wishes.idleTimeout ?? limits.idleTimeoutMs,
    },
  };
}

/** The variables that a caller's own environment has for a daemon. */
function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => Boolean(entry[1]) && !NOT_INHERITED.includes(entry[0]),
  );
  return ofServers(Object.fromEntries(entries));
}

function ofServers(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith(PREFIX)));
}

function withoutEmpty(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** Hindsight's own Postgres (`pg0`) stands where ours is: in the profile. */
function databaseOf(url: string | undefined, { directory }: Profile): DatabaseConfig {
  if (!url || url === "pg0" || url.startsWith("pg0://")) {
    return { kind: "directory", path: profileFiles(directory).data };
  }
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return { kind: "url", url };
  // The value may hold a password: it is not repeated.
  throw new TestkitError("INVALID_OPTION", {
    what: "The database of a profile must be left out, or a URL that starts with postgres://.",
  });
}

function readLevel(word: string | undefined): LogLevel {
  const level = LEVELS[word?.toLowerCase() || "info"];
  if (level !== undefined) return level;
  throw new TestkitError("INVALID_OPTION", {
    what: `${LEVEL} must be one of ${Object.keys(LEVELS).join(", ")}, not ${JSON.stringify(word)}.`,
  });
}

/** A digest of each setting, by which those of a running daemon can be compared without being known. */
export function digestsOf(
  { variables, database, logLevel }: DaemonConfiguration,
  secret: string,
): Record<string, string> {
  const settings = {
    ...variables,
    [DATABASE]: database.kind === "url" ? database.url : "",
    [LEVEL]: logLevel,
  };
  const digest = (name: string, value: string) =>
    createHmac("sha256", secret).update(`setting ${name}=${value}`).digest("base64url").slice(0, 16);
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, digest(name, value)]));
}

/**
 * What the profile or the caller asks for, and the running daemon was not started with: names of variables, and `idleTimeout`.
 * What only stands in the caller's environment is no wish.
 */
export function differences(
  profile: Profile,
  wishes: DaemonWishes,
  configuration: DaemonConfiguration,
  record: Pick<DaemonRecord, "secret" | "settings" | "idleTimeoutMs">,
): string[] {
  const wanted = digestsOf(configuration, record.secret);
  const names = new Set(Object.keys({ ...ofServers(profile.environment), ...wishes.variables }));
  if (wishes.logLevel !== undefined) names.add(LEVEL);
  const found = [...names].filter(
    (name) => !NOT_COMPARED.includes(name) && wanted[name] !== record.settings[name],
  );
  const { idleTimeout } = wishes;
  return idleTimeout === undefined || idleTimeout === record.idleTimeoutMs
    ? found
    : [...found, "idleTimeout"];
}
