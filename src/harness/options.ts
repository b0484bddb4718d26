import type { LlmChoice, LlmScope, LogLevel } from "../daemon-protocol.ts";
import type { LlmGateway } from "../gateway/gateway.ts";
import {
  type LlmOptions,
  parseLlmOptions,
  type ResolvedLlm,
  resolveLlm,
  wireProvider,
} from "../gateway/llm-options.ts";
import { type DatabaseChoice, parseDatabase } from "../server/database-choice.ts";
import {
  parseClock,
  parseIdSeed,
  parseLogLevel,
  parseStartTimeout,
  refuseUnknown,
  toEnvironment,
} from "../server/options.ts";
import { recordedEnvironment, STAND_IN_KEY } from "../server/recorded-environment.ts";
import { type ExistingOptions, parseExistingOptions } from "./existing/existing-options.ts";
import type { PresetOptions } from "./protocol.ts";
import { parseService, type ServiceOptions, serviceEnvironment } from "./service-options.ts";

/** A preset's options, checked and complete. */
export interface ProjectOptions {
  kind: "own";
  /** As they were given; a test's own go before them. */
  llm: LlmOptions;
  /** What counts for tests that say nothing themselves. */
  defaultLlm: ResolvedLlm;
  embeddings: ServiceOptions | undefined;
  reranker: ServiceOptions | undefined;
  database: DatabaseChoice;
  startTimeout: number;
  logLevel: LogLevel;
  /** Where the servers' clocks begin, in ISO 8601; null: at the default. */
  clock: string | null;
  idSeed: string | null;
}

const KNOWN: readonly string[] = Object.keys({
  llm: true,
  embeddings: true,
  reranker: true,
  database: true,
  startTimeout: true,
  logLevel: true,
  clock: true,
  idSeed: true,
  url: true,
  apiKey: true,
} satisfies Record<keyof PresetOptions, true>);

/** A preset's options, of a run that starts its servers or of one on a server that exists. */
export function parsePresetOptions(
  options: PresetOptions,
  env: NodeJS.ProcessEnv,
): ProjectOptions | ExistingOptions {
  refuseUnknown(options, KNOWN, "The preset");
  return parseExistingOptions(options, env) ?? parseProjectOptions(options, env);
}

/**
 * Checks the options of a preset. `HINDSIGHT_LLM` in `env` overrides the mode, so that one command records what the
 * configuration replays; `HINDSIGHT_TEST_CLOCK` and `HINDSIGHT_TEST_ID_SEED` override the clock and the seed of ids, so that one
 * shows that no test depends on them.
 *
 * @throws TestkitError `INVALID_OPTION`, `RECORD_REFUSED`
 */
function parseProjectOptions(options: PresetOptions, env: NodeJS.ProcessEnv): ProjectOptions {
  const llm = parseLlmOptions(options.llm, "`llm`");
  return {
    kind: "own",
    llm,
    defaultLlm: resolveLlm(llm, {}, env),
    embeddings: parseService("embeddings", options.embeddings),
    reranker: parseService("reranker", options.reranker),
    database: parseDatabase(options.database),
    startTimeout: parseStartTimeout(options.startTimeout),
    logLevel: parseLogLevel(options.logLevel ?? "info"),
    clock: env.HINDSIGHT_TEST_CLOCK
      ? parseClock(env.HINDSIGHT_TEST_CLOCK, "HINDSIGHT_TEST_CLOCK")
      : parseClock(options.clock),
    idSeed: env.HINDSIGHT_TEST_ID_SEED || parseIdSeed(options.idSeed),
  };
}

/** How a slot's server is configured: with what is built in, or with the gateway in the place of providers. */
export function serverEnvironment(
  { defaultLlm, embeddings, reranker }: ProjectOptions,
  gateway: LlmGateway,
  slot: string,
): Record<string, string> {
  if (defaultLlm.mode === "offline") return toEnvironment({ llmProvider: "offline" });
  return {
    ...recordedEnvironment(defaultLlm, (provider) => gateway.baseUrl(slot, provider)),
    ...(embeddings && serviceEnvironment("embeddings", embeddings, gateway, slot)),
    ...(reranker && serviceEnvironment("reranker", reranker, gateway, slot)),
  };
}

/** What a sandbox's server is told where a test asks otherwise than the others; `undefined`: it does not. */
export function llmChoice(
  { defaultLlm }: ProjectOptions,
  llm: ResolvedLlm,
  gateway: LlmGateway,
  slot: string,
): LlmChoice | undefined {
  if (llm.mode === "offline") return defaultLlm.mode === "offline" ? undefined : "offline";
  const { provider, model } = llm;
  const isDefault =
    defaultLlm.mode !== "offline" && provider === defaultLlm.provider && model === defaultLlm.model;
  if (isDefault) return undefined;
  const base_url = gateway.baseUrl(slot, wireProvider(provider));
  return { provider, model, base_url, api_key: STAND_IN_KEY };
}

/** What answers the scopes of a test that scripts them, where all others are the built-in model's. */
export function scriptedChoice(scopes: readonly LlmScope[], gateway: LlmGateway, slot: string): LlmChoice {
  const base_url = gateway.baseUrl(slot);
  return { provider: "openai", model: "scripted", base_url, api_key: STAND_IN_KEY, scopes: [...scopes] };
}
