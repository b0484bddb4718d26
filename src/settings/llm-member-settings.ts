import { TestkitError } from "../errors/testkit-error.ts";
import { PREFIX, type SettingsReader } from "./environment.ts";

/** One language model: where it is, and how it is asked. */
export interface LlmMemberSettings extends MemberDefaults {
  /** `offline` (default), `none`, or a provider's name; in lower case. */
  provider: string;
  /** Absent: the provider's default. */
  model?: string | undefined;
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
  /** Sent as it stands. */
  reasoningEffort?: string | undefined;
  /** Sent with every request: in its body, and as headers. */
  extraBody?: Record<string, unknown> | undefined;
  defaultHeaders?: Record<string, string> | undefined;
  /** Whether JSON is asked for by `response_format`; absent: as is known of the provider. */
  jsonMode?: boolean | undefined;
  /** How long a connection may take to come about, in milliseconds (10 000); 0: as long as the request. */
  connectTimeoutMs?: number | undefined;
  /** `auto` (default), `none`, `openai_prompt_cache_key`, `xai_conv_id`. */
  cacheAffinity?: string | undefined;
  groqServiceTier?: string | undefined;
  openaiServiceTier?: string | undefined;
  ollamaContext?: number | undefined;
  /** A further member's own, which an operation that inherits it does not replace. */
  ownTimeoutMs?: number | undefined;
  ownRetries?: number | undefined;
}

/** How long an attempt may take, and how often it is made again. */
export interface MemberDefaults {
  timeoutMs: number;
  retries: number;
  initialBackoffMs: number;
  maxBackoffMs: number;
}

/**
 * Reads a model's variables, such as `RETAIN_LLM_MODEL`.
 * @param prefix `RETAIN_LLM_`
 * @param inherited what counts where a variable is not set; a model that is named by its provider alone is that provider's default.
 */
export function readMember(
  env: SettingsReader,
  prefix: string,
  inherited: LlmMemberSettings | undefined,
  defaults?: MemberDefaults,
): LlmMemberSettings {
  const text = (name: string) => env.text(prefix + name);
  const provider = text("PROVIDER")?.toLowerCase();
  const rates = inherited ?? defaults;
  if (!rates) throw new Error("A model needs something to inherit its timeouts from");
  return {
    ...inherited,
    provider: provider ?? inherited?.provider ?? "offline",
    model: text("MODEL") ?? (provider === undefined ? inherited?.model : undefined),
    apiKey: text("API_KEY") ?? inherited?.apiKey,
    baseUrl: text("BASE_URL") ?? inherited?.baseUrl,
    timeoutMs: positive(env, `${prefix}TIMEOUT`) ?? rates.timeoutMs,
    retries: env.integer(`${prefix}MAX_RETRIES`, { min: 0 }) ?? rates.retries,
    initialBackoffMs: env.seconds(`${prefix}INITIAL_BACKOFF`) ?? rates.initialBackoffMs,
    maxBackoffMs: env.seconds(`${prefix}MAX_BACKOFF`) ?? rates.maxBackoffMs,
    ...readExtras(env, prefix, inherited),
    ...(inherited === undefined && readGlobals(env)),
  };
}

/** What goes with every request; an empty object counts as none. */
export function readExtras(
  env: SettingsReader,
  prefix: string,
  inherited: LlmMemberSettings | undefined,
): Pick<LlmMemberSettings, "reasoningEffort" | "extraBody" | "defaultHeaders" | "cacheAffinity"> {
  return {
    reasoningEffort: env.text(`${prefix}REASONING_EFFORT`) ?? inherited?.reasoningEffort,
    extraBody: readObject(env, `${prefix}EXTRA_BODY`) ?? inherited?.extraBody,
    defaultHeaders: readHeaders(env, `${prefix}DEFAULT_HEADERS`) ?? inherited?.defaultHeaders,
    cacheAffinity:
      env.word(`${prefix}CACHE_AFFINITY`, ["auto", "none", "openai_prompt_cache_key", "xai_conv_id"]) ??
      inherited?.cacheAffinity,
  };
}

/** What is set once for all models. */
function readGlobals(env: SettingsReader) {
  return {
    jsonMode: env.boolean("LLM_OPENAI_COMPATIBLE_JSON_MODE"),
    connectTimeoutMs: env.seconds("LLM_CONNECT_TIMEOUT") ?? 10_000,
    groqServiceTier: env.text("LLM_GROQ_SERVICE_TIER") ?? "auto",
    openaiServiceTier: env.text("LLM_OPENAI_SERVICE_TIER"),
    ollamaContext: env.integer("LLM_OLLAMA_NUM_CTX", { min: 1 }),
  };
}

/** A number of seconds above 0, in milliseconds. */
function positive(env: SettingsReader, name: string): number | undefined {
  return env.seconds(name) || undefined;
}

function readObject(env: SettingsReader, name: string): Record<string, unknown> | undefined {
  const value = env.json(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw notObject(name, "a JSON object");
  const entries = Object.entries(value);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function readHeaders(env: SettingsReader, name: string): Record<string, string> | undefined {
  const value = readObject(env, name);
  const entries = Object.entries(value ?? {}).map(([header, text]): [string, string] => {
    if (typeof text !== "string") throw notObject(name, "a JSON object of texts");
    return [header, text];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function notObject(name: string, expected: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what: `${PREFIX}${name} must be ${expected}.` });
}
