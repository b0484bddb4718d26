import type { LogLevel } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import {
  parseClock,
  parseDatabase,
  parseIdSeed,
  parseLogLevel,
  parseStartTimeout,
  refuseUnknown,
  toEnvironment,
} from "../server/options.ts";
import type { LlmMode, LlmOptions, PresetOptions } from "./protocol.ts";

/** A preset's options, checked and complete. */
export interface ProjectOptions {
  llm: LlmOptions & { mode: LlmMode; model: string };
  /** `embedded`, or a Postgres URL. */
  database: string;
  startTimeout: number;
  logLevel: LogLevel;
  /** Where the servers' clocks begin, in ISO 8601; null: at the default. */
  clock: string | null;
  idSeed: string | null;
}

const MODES: readonly string[] = ["offline", "replay", "record"] satisfies LlmMode[];
const DEFAULT_MODEL = "gpt-4o-mini";
const KNOWN: readonly string[] = [
  "llm",
  "database",
  "startTimeout",
  "logLevel",
  "clock",
  "idSeed",
] satisfies (keyof PresetOptions)[];
const KNOWN_LLM: readonly string[] = ["mode", "model", "baseUrl", "apiKey"] satisfies (keyof LlmOptions)[];

function parseMode(value: unknown, source: string): LlmMode {
  if (typeof value === "string" && MODES.includes(value)) return value as LlmMode;
  throw new TestkitError("INVALID_OPTION", {
    what: `${source} must be one of ${MODES.join(", ")}, not ${JSON.stringify(value)}.`,
  });
}

/**
 * Checks the options of a preset. `HINDSIGHT_LLM` in `env` overrides the mode, so that one command records what the
 * configuration replays; `HINDSIGHT_TEST_CLOCK` and `HINDSIGHT_TEST_ID_SEED` override the clock and the seed of ids, so that one
 * shows that no test depends on them.
 *
 * @throws TestkitError `INVALID_OPTION`
 */
export function parsePresetOptions(options: PresetOptions, env: NodeJS.ProcessEnv): ProjectOptions {
  refuseUnknown(options, KNOWN, "The preset");
  const llm: LlmOptions = typeof options.llm === "string" ? { mode: options.llm } : (options.llm ?? {});
  refuseUnknown(llm, KNOWN_LLM, "`llm`");
  const mode = env.HINDSIGHT_LLM
    ? parseMode(env.HINDSIGHT_LLM, "HINDSIGHT_LLM")
    : parseMode(llm.mode ?? "offline", "`llm`");
  parseDatabase(options.database);
  return {
    llm: { ...llm, mode, model: llm.model ?? DEFAULT_MODEL },
    database: options.database ?? "embedded",
    startTimeout: parseStartTimeout(options.startTimeout),
    logLevel: parseLogLevel(options.logLevel ?? "info"),
    clock: env.HINDSIGHT_TEST_CLOCK
      ? parseClock(env.HINDSIGHT_TEST_CLOCK, "HINDSIGHT_TEST_CLOCK")
      : parseClock(options.clock),
    idSeed: env.HINDSIGHT_TEST_ID_SEED || parseIdSeed(options.idSeed),
  };
}

/** How a slot's server is configured: with the built-in model, or with the gateway as its model. */
export function serverEnvironment(
  options: ProjectOptions["llm"],
  gatewayBaseUrl: string | undefined,
): Record<string, string> {
  if (gatewayBaseUrl === undefined) return toEnvironment({ llmProvider: "offline" });
  return toEnvironment({
    llmProvider: "openai",
    llmModel: options.model,
    llmBaseUrl: gatewayBaseUrl,
    // In replay nothing leaves the machine, and the gateway asks for no key.
    llmApiKey: options.apiKey ?? "replayed",
    // Its answers belong to tests.
    env: { HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true" },
  });
}
