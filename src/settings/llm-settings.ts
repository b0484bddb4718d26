import { type Environment, SettingsReader } from "./environment.ts";
import { type LlmChainSettings, readChain } from "./llm-chain-settings.ts";
import { type LlmMemberSettings, type MemberDefaults, readMember } from "./llm-member-settings.ts";

/** What has a language model of its own, where one is configured for it. */
export type LlmOperation = "default" | "retain" | "reflect" | "consolidation" | "mental_model_refresh";

/** What calls are made for, as far as temperatures differ. */
export type LlmPurpose = "retain" | "reflect" | "consolidation" | "mental_model_delta";

/** Which language models a server asks, and how. */
export interface LlmSettings {
  operations: Record<LlmOperation, LlmChainSettings>;
  /** For chunks with attachments; null: whatever retain asks. */
  vision: LlmMemberSettings | null;
  /** Calls at once, of the whole process (32), and of an operation where that is set. */
  maxConcurrent: number;
  maxConcurrentByOperation: Partial<Record<LlmOperation, number>>;
  /** null: not sent. */
  temperatures: Record<LlmPurpose, number | null>;
  /** Whether the provider is to hold the model to an answer's schema. */
  strictSchema: Record<"retain" | "reflect" | "consolidation", boolean>;
  /** Whether a call says as `user` which bank it is for. */
  sendBankAsUser: boolean;
  /** Whether models see images; null: as is known of the provider. */
  acceptsImages: boolean | null;
  /** Whether the start does without asking the models whether they are there. */
  skipVerification: boolean;
}

const DEFAULTS: MemberDefaults = {
  timeoutMs: 120_000,
  retries: 3,
  initialBackoffMs: 1_000,
  maxBackoffMs: 60_000,
};
/** Somebody waits for it. */
const REFLECT_TIMEOUT_MS = 30_000;

const TEMPERATURES = { retain: 0.1, reflect: 0.9, consolidation: 0 };

/** @throws TestkitError `INVALID_OPTION` that names the variable. */
export function readLlmSettings(environment: Environment): LlmSettings {
  const env = new SettingsReader(environment);
  const global = readMember(env, "LLM_", undefined, DEFAULTS);
  const retain = readMember(env, "RETAIN_LLM_", global);
  const reflect = readMember(env, "REFLECT_LLM_", {
    ...global,
    timeoutMs: env.seconds("LLM_TIMEOUT") ?? REFLECT_TIMEOUT_MS,
  });
  const refresh = readMember(env, "MENTAL_MODEL_REFRESH_LLM_", { ...reflect, timeoutMs: global.timeoutMs });
  const consolidation = readMember(env, "CONSOLIDATION_LLM_", global);
  const chain = readChain(env, "LLM_", global);
  const reflectChain = readChain(env, "REFLECT_LLM_", reflect, chain);
  return {
    operations: {
      default: chain,
      retain: readChain(env, "RETAIN_LLM_", retain, chain),
      reflect: reflectChain,
      consolidation: readChain(env, "CONSOLIDATION_LLM_", consolidation, chain),
      mental_model_refresh: readChain(env, "MENTAL_MODEL_REFRESH_LLM_", refresh, reflectChain),
    },
    vision: readVision(env, retain),
    maxConcurrent: env.integer("LLM_MAX_CONCURRENT", { min: 1 }) ?? 32,
    maxConcurrentByOperation: readLimits(env),
    temperatures: readTemperatures(env),
    strictSchema: readStrictness(env),
    sendBankAsUser: env.boolean("LLM_SEND_BANK_AS_USER") ?? false,
    acceptsImages: env.boolean("LLM_VISION") ?? null,
    skipVerification: env.boolean("SKIP_LLM_VERIFICATION") ?? false,
  };
}

function readVision(env: SettingsReader, retain: LlmMemberSettings): LlmMemberSettings | null {
  const isSet = ["PROVIDER", "MODEL", "API_KEY", "BASE_URL"].some((name) => env.text(`VLM_${name}`));
  if (!isSet) return null;
  // Another provider is not found at retain's address.
  const inherited = env.text("VLM_PROVIDER") ? { ...retain, baseUrl: undefined } : retain;
  return readMember(env, "VLM_", inherited);
}

function readLimits(env: SettingsReader): Partial<Record<LlmOperation, number>> {
  const limits: Partial<Record<LlmOperation, number>> = {};
  for (const operation of ["retain", "reflect", "consolidation", "mental_model_refresh"] as const) {
    const limit = env.integer(`${operation.toUpperCase()}_LLM_MAX_CONCURRENT`, { min: 1 });
    if (limit !== undefined) limits[operation] = limit;
  }
  return limits;
}

function readTemperatures(env: SettingsReader): Record<LlmPurpose, number | null> {
  const global = env.temperature("LLM_TEMPERATURE");
  const of = (purpose: keyof typeof TEMPERATURES) =>
    [env.temperature(`LLM_TEMPERATURE_${purpose.toUpperCase()}`), global].find((set) => set !== undefined);
  const orDefault = (purpose: keyof typeof TEMPERATURES): number | null => {
    const set = of(purpose);
    return set === undefined ? TEMPERATURES[purpose] : set;
  };
  const consolidation = orDefault("consolidation");
  const delta = env.temperature("LLM_TEMPERATURE_MENTAL_MODEL_REFRESH");
  return {
    retain: orDefault("retain"),
    reflect: orDefault("reflect"),
    consolidation,
    mental_model_delta: delta === undefined ? consolidation : delta,
  };
}

function readStrictness(env: SettingsReader): LlmSettings["strictSchema"] {
  const global = env.boolean("LLM_STRICT_SCHEMA") ?? false;
  return {
    retain: env.boolean("LLM_STRICT_SCHEMA_RETAIN") ?? global,
    reflect: env.boolean("LLM_STRICT_SCHEMA_REFLECT") ?? global,
    consolidation: env.boolean("LLM_STRICT_SCHEMA_CONSOLIDATION") ?? global,
  };
}
