import { type LogLevel, TESTKIT_PREFIX } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { HindsightServer } from "../server/hindsight-server.ts";
import { EXIT } from "./exit-codes.ts";
import { fail } from "./failures.ts";
import { retryDatabase, waitForPort } from "./start-failures.ts";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const satisfies LogLevel[];

/** Holds the token that callers of the test mode's routes prove themselves with. */
const TEST_TOKEN_VARIABLE = "HINDSIGHT_TESTKIT_TOKEN";
const START_TIMEOUT_MS = 600_000;

/** What was given on the command line; what was not is taken from upstream's variables. */
interface ServeFlags {
  port?: number;
  host?: string;
  llmProvider?: string;
  llmModel?: string;
  llmBaseUrl?: string;
  database?: string;
  logLevel?: LogLevel;
  testMode: boolean;
}

/**
 * `hindsight-testkit serve`: a server in the foreground, until Ctrl-C. Exit code 0 after a signal, 3 when the database or a
 * service of models does not answer at the start, 1 when it fails otherwise.
 */
export async function serve(flags: ServeFlags): Promise<void> {
  // Before the start, so that Ctrl-C in the middle of it is not lost.
  const interruption = new AbortController();
  const { signal } = interruption;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => interruption.abort());
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  try {
    const {
      HINDSIGHT_API_HOST: ownHost = "127.0.0.1",
      HINDSIGHT_API_PORT: ownPort = "0",
      HINDSIGHT_API_DATABASE_URL: databaseUrl,
      HINDSIGHT_API_LOG_LEVEL: ownLevel,
      ...env
    } = upstreamVariables(process.env);
    const { port, host, database, logLevel, llmProvider, llmModel, llmBaseUrl, testMode } = flags;
    const options = {
      ...{ llmProvider, llmModel, llmBaseUrl, testMode },
      env,
      host: host ?? ownHost,
      port: port ?? portOf(ownPort),
      database: database ?? databaseOf(databaseUrl),
      logLevel: logLevel ?? logLevelOf(ownLevel),
      // Whoever runs the command is to be able to use what it was asked for: on loopback without a secret.
      testToken: process.env[TEST_TOKEN_VARIABLE] || null,
      ...(testMode && {
        clock: process.env.HINDSIGHT_TEST_CLOCK || undefined,
        idSeed: process.env.HINDSIGHT_TEST_ID_SEED || undefined,
      }),
      // The server bounds its own start, by MODEL_INIT_TIMEOUT.
      startTimeout: START_TIMEOUT_MS,
      signal,
      onLog: (line: string) => void process.stderr.write(`${line}\n`),
    };
    await waitForPort(options.host, options.port, { signal });
    await using server = await retryDatabase(() => HindsightServer.start(options), { signal });
    const { url, port: listening, pid } = server;
    const ready = { url, port: listening, pid, ...(testMode && { testkit: url + TESTKIT_PREFIX }) };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    const ended = await Promise.race([interrupted.then(() => false), server.exited.then(() => true)]);
    if (ended) {
      throw new TestkitError("SERVER_STOPPED", {
        what: "The server's process ended by itself.",
        log: server.logs(30),
      });
    }
  } catch (error) {
    if (signal.aborted) return;
    // Flags were judged before: what cannot be is upstream's configuration, for which its own command ends so.
    fail(error, TestkitError.is(error, "INVALID_OPTION") ? { exitCode: EXIT.failed } : {});
  }
}

/** Those that are set: an empty one counts as absent, as it does upstream. */
function upstreamVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[0].startsWith("HINDSIGHT_API_") && Boolean(entry[1]),
  );
  return Object.fromEntries(entries);
}

/** Upstream's own Postgres (`pg0`, `pg0://name`) stands where ours is: embedded. */
function databaseOf(url: string | undefined): string | undefined {
  return url === undefined || url === "pg0" || url.startsWith("pg0://") ? "embedded" : url;
}

/** Upstream has more levels than we: `trace` and `critical` are the nearest of ours. */
function logLevelOf(word: string | undefined): LogLevel {
  const level = word?.toLowerCase() ?? "info";
  if (level === "trace") return "debug";
  if (level === "critical") return "error";
  const known = LOG_LEVELS.find((name) => name === level);
  if (known) return known;
  throw new TestkitError("INVALID_OPTION", {
    what: `HINDSIGHT_API_LOG_LEVEL must be one of critical, error, warning, info, debug, trace, not ${JSON.stringify(word)}.`,
  });
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new TestkitError("INVALID_OPTION", {
    what: `HINDSIGHT_API_PORT must be a whole number from 0 to 65535, not ${JSON.stringify(text)}.`,
  });
}
