import { TestkitError } from "../errors/testkit-error.ts";
import type { Upstreams } from "./gateway-test.ts";

/**
 * `offline` (default): the built-in model. `replay`: from the test's cassette; what it lacks fails the test. `auto`: from the
 * cassette, and what it lacks from the provider into it; in CI it is `replay`. `record`: all from the provider, into the
 * cassette; refused in CI. `live`: from the provider, and nothing is kept.
 */
export type LlmMode = "offline" | "replay" | "auto" | "record" | "live";

/** How LLM calls are answered. */
export interface LlmOptions {
  mode?: LlmMode | undefined;
  /** The cassette's file: beside the test's own where it is relative (by the test's name). */
  cassette?: string | undefined;
  /** The provider's name, as servers know it (`openai`). */
  provider?: string | undefined;
  /** The model that requests name (`gpt-4o-mini`). */
  model?: string | undefined;
  /** The base URL of the provider's API, for `record`, `auto` and `live`: by default that of OpenAI, Anthropic, Gemini or a local Ollama. */
  baseUrl?: string | undefined;
  /** The provider's key. It is never written to a file. */
  apiKey?: string | undefined;
}

/** The options, complete. */
export interface ResolvedLlm {
  mode: LlmMode;
  cassette: string | undefined;
  provider: string;
  model: string;
  baseUrl: string | undefined;
  apiKey: string | undefined;
}

/** Whether the same calls have to be made again, or are to be kept for that. */
export function isRecorded(mode: LlmMode): boolean {
  return mode === "replay" || mode === "auto" || mode === "record";
}

const MODES: readonly string[] = ["offline", "replay", "auto", "record", "live"] satisfies LlmMode[];
const DEFAULT_PROVIDER = "openai";
const DEFAULT_MODEL = "gpt-4o-mini";
/** Where those are reached whose APIs the gateway speaks. */
export const API_BASE_URLS = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  gemini: "https://generativelanguage.googleapis.com",
  ollama: "http://localhost:11434",
} as const;
const DEFAULT_BASE_URLS: Readonly<Record<string, string>> = {
  ...API_BASE_URLS,
  "openai-responses": API_BASE_URLS.openai,
};
const KNOWN: readonly string[] = Object.keys({
  mode: true,
  cassette: true,
  provider: true,
  model: true,
  baseUrl: true,
  apiKey: true,
} satisfies Record<keyof LlmOptions, true>);

/**
 * The options of one place: a project, a file, a test.
 * @param where names it in errors.
 * @throws TestkitError `INVALID_OPTION`
 */
export function parseLlmOptions(value: unknown, where: string): LlmOptions {
  if (value === undefined) return {};
  if (typeof value === "string") return { mode: parseMode(value, where) };
  if (typeof value !== "object" || value === null) throw invalid(`${where} must be a mode or an object.`);
  for (const [name, option] of Object.entries(value)) {
    if (!KNOWN.includes(name)) {
      throw invalid(`${where} has no option \`${name}\`; it knows ${KNOWN.join(", ")}.`);
    }
    if (option !== undefined && (typeof option !== "string" || option === "")) {
      throw invalid(`\`${name}\` of ${where} must be a text that is not empty.`);
    }
  }
  const options = value as LlmOptions;
  if (options.mode !== undefined) parseMode(options.mode, `\`mode\` of ${where}`);
  // The value may hold a password: it is not repeated.
  if (options.baseUrl !== undefined && !URL.canParse(options.baseUrl)) {
    throw invalid(`\`baseUrl\` of ${where} is no URL.`);
  }
  return options;
}

function parseMode(value: unknown, source: string): LlmMode {
  if (typeof value === "string" && MODES.includes(value)) return value as LlmMode;
  throw invalid(`${source} must be one of ${MODES.join(", ")}, not ${JSON.stringify(value)}.`);
}

/**
 * What counts for a test. `HINDSIGHT_LLM` goes before the options, so that one command records what the configuration
 * replays; only what is said to be `offline` stays so: it was written for the built-in model.
 *
 * @param project the project's options; @param own those of the file or test.
 * @throws TestkitError `INVALID_OPTION`; `RECORD_REFUSED` for `record` in CI, or where there is no provider to ask.
 */
export function resolveLlm(project: LlmOptions, own: LlmOptions, env: NodeJS.ProcessEnv): ResolvedLlm {
  const given = env.HINDSIGHT_LLM ? parseMode(env.HINDSIGHT_LLM, "HINDSIGHT_LLM") : undefined;
  const said = own.mode ?? project.mode;
  const wanted = said === "offline" ? said : (given ?? said ?? "offline");
  const mode = wanted === "auto" && isCi(env) ? "replay" : wanted;
  if (mode === "record") assertRecordingAllowed(env);
  const provider = own.provider ?? project.provider ?? DEFAULT_PROVIDER;
  const baseUrl = own.baseUrl ?? project.baseUrl ?? DEFAULT_BASE_URLS[provider];
  // Where nobody gave an address, it is the provider's own: another one's key does not belong there.
  const isElsewhere =
    (own.baseUrl ?? project.baseUrl) === undefined &&
    baseUrl !== DEFAULT_BASE_URLS[project.provider ?? DEFAULT_PROVIDER];
  if (mode !== "offline" && mode !== "replay" && baseUrl === undefined) {
    throw new TestkitError("RECORD_REFUSED", {
      what: `\`llm.baseUrl\` is not set, and that of ${provider} is not known: there is no provider to ask.`,
    });
  }
  return {
    mode,
    cassette: own.cassette ?? project.cassette,
    provider,
    model: own.model ?? project.model ?? DEFAULT_MODEL,
    baseUrl,
    apiKey: own.apiKey ?? (isElsewhere ? undefined : project.apiKey),
  };
}

/** Whom calls of the language model that have no recorded answer go to. */
export function llmUpstream({ provider, baseUrl, apiKey }: ResolvedLlm): Upstreams["llm"] {
  return baseUrl === undefined ? undefined : { provider: wireProvider(provider), baseUrl, apiKey };
}

/** Most providers speak as OpenAI does. */
export function wireProvider(provider: string): string {
  return Object.hasOwn(API_BASE_URLS, provider) ? provider : "openai";
}

/**
 * Recording calls a provider and spends money, and what CI records nobody reviews: there it must be asked for by name.
 *
 * @throws TestkitError `RECORD_REFUSED` when `CI` is set, unless `HINDSIGHT_RECORD_IN_CI` is `1`
 */
function assertRecordingAllowed(env: NodeJS.ProcessEnv): void {
  if (!isCi(env) || env.HINDSIGHT_RECORD_IN_CI === "1") return;
  throw new TestkitError("RECORD_REFUSED", {
    what: "`CI` is set, and HINDSIGHT_RECORD_IN_CI is not `1`: cassettes are not recorded in CI.",
  });
}

function isCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && !["", "0", "false"].includes(CI.toLowerCase());
}

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}
