import type { LogLevel } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import type { LlmOptions } from "../gateway/llm-options.ts";
import { checkApiKey } from "./api-key.ts";
import type { DatabaseOption } from "./database-choice.ts";
import { checkTexts, checkVariables } from "./option-values.ts";

/** What every server of ours can be told. Nothing is read from the environment or from an `.env` file. */
export interface HindsightServerOptions {
  /** The LLM provider (`offline`): `offline`, `none`, `openai`, `anthropic`, `gemini`, `ollama` and others: docs/providers.md. */
  llmProvider?: string | undefined;
  /** The provider's own default when left out. */
  llmModel?: string | undefined;
  llmApiKey?: string | undefined;
  llmBaseUrl?: string | undefined;
  /**
   * In place of the four above: LLM calls that are recorded and replayed, with the cassette's path. `HINDSIGHT_LLM` goes before
   * its mode. Calls without an answer fail `stop()`.
   */
  llm?: LlmOptions | undefined;
  /** What callers must prove themselves with, in `Authorization: Bearer …`. Left out: nothing. */
  apiKey?: string | undefined;
  /**
   * Upstream's variables (`HINDSIGHT_API_RETAIN_CHUNK_SIZE` and its like), for what has no option of its own. Only what is given
   * here counts, whatever stands in the environment of the process.
   */
  env?: Record<string, string> | undefined;
  /**
   * `embedded` (default): a private Postgres, removed with the server. `container`, or `{ container: "<image>" }`: a database on a
   * Postgres in a container, which the process's servers share, and which needs the package testcontainers. Or the URL of a
   * database that is used as it is and kept: `postgres://…`.
   */
  database?: DatabaseOption | undefined;
  /** The address to listen on (127.0.0.1). */
  host?: string | undefined;
  /** The port to listen on; 0 (default) takes a free one. */
  port?: number | undefined;
  /** `warning` by default. */
  logLevel?: LogLevel | undefined;
  /** How long the start may take, in milliseconds (30 000). */
  startTimeout?: number | undefined;
  /**
   * A clock that stands still until it is moved, ids that are the same in every run, sandboxes and forks (false). Not for a server
   * that others reach.
   */
  testMode?: boolean | undefined;
  /** In test mode: where the clock begins (2025-01-01T00:00:00Z), in ISO 8601; without an offset it is in UTC. */
  clock?: string | undefined;
  /** In test mode: what ids are derived from beside their bank and what they stand for. Another one gives other ids. */
  idSeed?: string | undefined;
  /**
   * What callers of the test mode's routes (`/testkit/v1/…`) prove themselves with, in the header `x-hindsight-testkit-token`. Left
   * out: a secret of this object's own. `null`: nothing, which is refused on any address but loopback.
   */
  testToken?: string | null | undefined;
}

const OTHER_PROVIDER = /_(PROVIDER|BASE_URL|TEI_URL|API_BASE)$/;
const BUILT_IN = ["offline", "none", "rrf", "local", "onnx"];
const DEFAULT_START_TIMEOUT_MS = 30_000;
/** A timer that is longer fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const LOG_LEVELS: readonly string[] = ["debug", "info", "warning", "error"] satisfies LogLevel[];

const KNOWN = Object.keys({
  llmProvider: true,
  llmModel: true,
  llmApiKey: true,
  llmBaseUrl: true,
  llm: true,
  apiKey: true,
  env: true,
  database: true,
  host: true,
  port: true,
  logLevel: true,
  startTimeout: true,
  testMode: true,
  clock: true,
  idSeed: true,
  testToken: true,
} satisfies Record<keyof HindsightServerOptions, true>);

const DECIDED_BY_OPTIONS = {
  HOST: "the option `host` decides",
  PORT: "the option `port` decides",
  DATABASE_URL: "the option `database` decides",
  LOG_LEVEL: "the option `logLevel` decides",
};

/** What `HindsightServer.start` takes beside them, and has taken out: for the message that tells what there is. */
const OF_THE_START = ["url", "onLog", "signal"];

/** @throws TestkitError `INVALID_OPTION` for what is no option, or cannot be one. */
export function checkServerOptions(options: HindsightServerOptions): void {
  refuseUnknown(options, [...KNOWN, ...OF_THE_START], "`HindsightServer`");
  const { llmProvider, llmModel, llmApiKey, llmBaseUrl, host } = options;
  checkTexts({ llmProvider, llmModel, llmApiKey, llmBaseUrl, host });
  checkVariables(options.env, DECIDED_BY_OPTIONS);
  checkApiKey(options.apiKey, "nobody is asked for one");
  const twice = (["llmProvider", "llmModel", "llmApiKey", "llmBaseUrl"] as const).find(
    (name) => options.llm !== undefined && options[name] !== undefined,
  );
  if (twice !== undefined) {
    throw new TestkitError("INVALID_OPTION", {
      what: `\`llm\` and \`${twice}\` are both given; with \`llm\` the provider is described within it.`,
    });
  }
  refuseUnrecorded(options);
  const needsTestMode = (["clock", "idSeed"] as const).find((name) => options[name] !== undefined);
  if (needsTestMode !== undefined && !options.testMode) {
    throw new TestkitError("INVALID_OPTION", {
      what: `\`${needsTestMode}\` is an option of a server in test mode: \`testMode: true\`.`,
    });
  }
}

/** A provider that is named beside a recorded one would be asked in replay as well, and is in no cassette. */
function refuseUnrecorded({ llm, env = {} }: HindsightServerOptions): void {
  const beside = Object.entries(env).find(
    ([name, value]) => OTHER_PROVIDER.test(name) && !BUILT_IN.includes(value.toLowerCase()),
  );
  if (llm === undefined || beside === undefined) return;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`env\` names a provider, ${beside[0]}, whose calls \`llm\` does not record; the presets' \`embeddings\` and \`reranker\` do.`,
  });
}

/** @throws TestkitError `INVALID_OPTION` */
export function refuseUnknown(value: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TestkitError("INVALID_OPTION", {
    what: `${where} has no option \`${unknown}\`; it knows ${known.join(", ")}.`,
  });
}

export function parsePort(value: number | undefined): number {
  const port = value ?? 0;
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`port\` must be a whole number from 0 to 65535, not ${value}.`,
  });
}

export function parseLogLevel(value: string | undefined): LogLevel {
  const level = value ?? "warning";
  if (LOG_LEVELS.includes(level)) return level as LogLevel;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`logLevel\` must be one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(value)}.`,
  });
}

export function parseStartTimeout(value: number | undefined): number {
  const timeout = value ?? DEFAULT_START_TIMEOUT_MS;
  if (Number.isFinite(timeout) && timeout > 0 && timeout <= LONGEST_TIMEOUT_MS) return timeout;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`startTimeout\` must be a number of milliseconds above 0, and at most ${LONGEST_TIMEOUT_MS} (24 days), not ${value}.`,
  });
}

const DATE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** @returns ISO 8601 in UTC; null for none. @throws TestkitError `INVALID_OPTION` */
export function parseClock(value: string | undefined, source = "`clock`"): string | null {
  if (value === undefined) return null;
  const [, day, time = "T00:00", offset = "Z"] = DATE.exec(value) ?? [];
  const instant = new Date(`${day}${time}${offset}`);
  const year = instant.getUTCFullYear();
  // A day that its month does not have is read as one of the next.
  const isDay = year >= 2 && year <= 9998 && new Date(`${day}T00:00Z`).toISOString().slice(0, 10) === day;
  if (isDay) return instant.toISOString();
  throw new TestkitError("INVALID_OPTION", {
    what: `${source} must be ISO 8601 such as "2025-03-01T09:00:00Z", in the years 2 to 9998, not ${JSON.stringify(value)}.`,
  });
}

/** @throws TestkitError `INVALID_OPTION` */
export function parseIdSeed(value: string | undefined, source = "`idSeed`"): string | null {
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw new TestkitError("INVALID_OPTION", { what: `${source} must be a text that is not empty.` });
}

/** The options as the variables that configure a daemon: `env`, under what has an option of its own. */
export function toEnvironment(
  options: Pick<
    HindsightServerOptions,
    "llmProvider" | "llmModel" | "llmApiKey" | "llmBaseUrl" | "apiKey" | "env"
  >,
): Record<string, string> {
  const named = {
    HINDSIGHT_API_LLM_PROVIDER: options.llmProvider,
    HINDSIGHT_API_LLM_MODEL: options.llmModel,
    HINDSIGHT_API_LLM_API_KEY: options.llmApiKey,
    HINDSIGHT_API_LLM_BASE_URL: options.llmBaseUrl,
    ...(options.apiKey !== undefined && {
      HINDSIGHT_API_TENANT_EXTENSION: "hindsight_api.extensions.builtin.tenant:ApiKeyTenantExtension",
      HINDSIGHT_API_TENANT_API_KEY: options.apiKey,
    }),
  };
  return { ...options.env, ...withoutUndefined(named) };
}

function withoutUndefined(record: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
