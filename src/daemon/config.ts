import { isAbsolute } from "node:path";
import type { Readable } from "node:stream";
import type { DaemonConfig, DatabaseConfig, DetachedLifetime, LogLevel } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";

const CONFIG_TIMEOUT_MS = 10_000;
const LOG_LEVELS: readonly string[] = ["debug", "info", "warning", "error"] satisfies LogLevel[];

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}

/**
 * The configuration, which is the first line on stdin.
 * @throws TestkitError `INVALID_OPTION` when it is not one, or does not come in time.
 */
export function readConfig(stdin: Readable): Promise<DaemonConfig> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => {
      finish(() => reject(invalid(`No configuration came on stdin within ${CONFIG_TIMEOUT_MS / 1000} s.`)));
    }, CONFIG_TIMEOUT_MS);
    const onData = (part: Buffer | string) => {
      text += part;
      const end = text.indexOf("\n");
      if (end >= 0) finish(() => resolve(parseConfig(text.slice(0, end))));
    };
    const onEnd = () => finish(() => reject(invalid("Stdin ended before a configuration came.")));
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      stdin.off("data", onData).off("end", onEnd).off("error", onEnd);
      try {
        settle();
      } catch (error) {
        reject(error);
      }
    };
    stdin.on("data", onData).on("end", onEnd).on("error", onEnd);
  });
}

/** @throws TestkitError `INVALID_OPTION`; the value is not repeated, it may hold secrets. */
function parseConfig(line: string): DaemonConfig {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid("The configuration on stdin is not JSON.");
  }
  const config = (value ?? {}) as Partial<DaemonConfig>;
  const check = (valid: boolean, what: string) => {
    if (!valid) throw invalid(`The configuration on stdin is not valid: ${what}.`);
  };
  check(config.command === "serve" || config.command === "migrate", "`command` must be serve or migrate");
  check(typeof config.host === "string" && config.host !== "", "`host` must be an address");
  const { port = -1 } = config;
  check(
    Number.isInteger(port) && port >= 0 && port <= 65_535,
    "`port` must be a whole number from 0 to 65535",
  );
  check(LOG_LEVELS.includes(String(config.logLevel)), `\`logLevel\` must be one of ${LOG_LEVELS.join(", ")}`);
  check(typeof config.testMode === "boolean", "`testMode` must be true or false");
  const { testClock, idSeed } = config;
  check(
    testClock === null || Number.isFinite(Date.parse(String(testClock))),
    "`testClock` must be a date or null",
  );
  check(idSeed === null || (typeof idSeed === "string" && idSeed !== ""), "`idSeed` must be a text or null");
  check(config.token === null || typeof config.token === "string", "`token` must be a string or null");
  check(config.token !== "", "`token` must not be empty");
  check(
    !config.testMode || config.token !== null || isLoopback(String(config.host)),
    "a server in test mode needs a token on any address but loopback (HINDSIGHT_TESTKIT_TOKEN, or `testToken`)",
  );
  check(isEnvironment(config.environment), "`environment` must hold texts");
  check(typeof config.attributeLlmCalls === "boolean", "`attributeLlmCalls` must be true or false");
  const { database } = config;
  check(
    isDatabase(database),
    "`database` must be embedded, a directory, or a URL that starts with postgres://",
  );
  check(config.command === "serve" || database?.kind === "url", "`migrate` needs the URL of a database");
  check(
    config.lifetime === undefined || isLifetime(config.lifetime),
    "`lifetime` must be parent or detached, with all that belongs to it",
  );
  return config as DaemonConfig;
}

function isDatabase(database: DatabaseConfig | undefined): boolean {
  if (database?.kind === "url") return isPostgresUrl(database.url);
  if (database?.kind === "directory") return typeof database.path === "string" && isAbsolute(database.path);
  return database?.kind === "embedded";
}

function isLifetime(lifetime: NonNullable<DaemonConfig["lifetime"]>): boolean {
  if (lifetime.kind !== "parent") return isDetached(lifetime);
  return typeof lifetime.secret === "string" && lifetime.secret !== "";
}

function isDetached(lifetime: Partial<DetachedLifetime>): boolean {
  const { kind, profile, directory, secret, stateFile, log, idleTimeoutMs, settings } = lifetime;
  const paths = [directory, stateFile, log?.file];
  return (
    kind === "detached" &&
    [profile, secret].every((text) => typeof text === "string" && text !== "") &&
    paths.every((path) => typeof path === "string" && isAbsolute(path)) &&
    [log?.maxBytes, log?.backups, idleTimeoutMs].every((number) => Number.isFinite(number)) &&
    isEnvironment(settings)
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isEnvironment(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((text) => typeof text === "string")
  );
}

function isPostgresUrl(url: unknown): boolean {
  return typeof url === "string" && URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol);
}
