import { TestkitError } from "../errors/testkit-error.ts";
import { PREFIX, type SettingsReader } from "./environment.ts";
import { type LlmMemberSettings, readExtras } from "./llm-member-settings.ts";

/** The models that may answer for an operation, the primary one first. */
export interface LlmChainSettings {
  members: readonly [LlmMemberSettings, ...LlmMemberSettings[]];
  /** null: the primary alone is asked. */
  strategy: LlmStrategy | null;
}

/** How a call chooses among the members; each keeps its own retries. */
export interface LlmStrategy {
  mode: "failover" | "round-robin" | "metadata";
  /** Of a round-robin, one for each member. */
  weights?: readonly number[] | undefined;
  /** By a retained item's metadata: the first that fits counts. */
  routes?: readonly LlmRoute[] | undefined;
  /** How long a member that failed is asked last, in milliseconds (60 000). */
  cooldownMs: number;
}

interface LlmRoute {
  key: string;
  value: string;
  /** The member's place; 0 is the primary. */
  member: number;
}

/**
 * Reads the further members (`LLM_1_…`, `LLM_2_…`) of an operation and its strategy. What is not set is inherited; members
 * without a strategy are not asked.
 */
export function readChain(
  env: SettingsReader,
  prefix: string,
  primary: LlmMemberSettings,
  inherited?: LlmChainSettings,
): LlmChainSettings {
  const own = readMembers(env, prefix, primary);
  const further = own.length > 0 ? own : inheritedMembers(inherited, primary);
  const strategy = readStrategy(env, `${prefix}STRATEGY`);
  if (strategy?.mode === "metadata" && prefix !== "LLM_" && prefix !== "RETAIN_LLM_") {
    throw invalid(`${prefix}STRATEGY`, "can route by metadata for retain alone: nothing else has items");
  }
  const effective = strategy ?? inherited?.strategy ?? null;
  const members: LlmChainSettings["members"] = [primary, ...further];
  if (effective) checkAgainst(effective, members.length, `${prefix}STRATEGY`);
  return { members, strategy: effective };
}

/** An inherited member keeps its address and key; timeouts and retries are the operation's. */
function inheritedMembers(
  inherited: LlmChainSettings | undefined,
  primary: LlmMemberSettings,
): LlmMemberSettings[] {
  const { timeoutMs, retries, initialBackoffMs, maxBackoffMs } = primary;
  return (inherited?.members.slice(1) ?? []).map((member) => ({
    ...member,
    initialBackoffMs,
    maxBackoffMs,
    timeoutMs: member.ownTimeoutMs ?? timeoutMs,
    retries: member.ownRetries ?? retries,
  }));
}

function readMembers(env: SettingsReader, prefix: string, primary: LlmMemberSettings): LlmMemberSettings[] {
  const members: LlmMemberSettings[] = [];
  for (let index = 1; ; index++) {
    const base = `${prefix}${index}_`;
    const provider = env.text(`${base}PROVIDER`)?.toLowerCase();
    if (provider === undefined) return members;
    const ownTimeoutMs = env.seconds(`${base}TIMEOUT`) || undefined;
    const ownRetries = env.integer(`${base}MAX_RETRIES`, { min: 0 });
    members.push({
      ...primary,
      provider,
      model: env.text(`${base}MODEL`),
      apiKey: env.text(`${base}API_KEY`),
      baseUrl: env.text(`${base}BASE_URL`),
      ...readExtras(env, base, undefined),
      timeoutMs: ownTimeoutMs ?? primary.timeoutMs,
      retries: ownRetries ?? primary.retries,
      ownTimeoutMs,
      ownRetries,
    });
  }
}

function readStrategy(env: SettingsReader, name: string): LlmStrategy | null {
  const value = env.json(name);
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(name, "must be a JSON object");
  }
  const { mode, weights, routes, cooldown_seconds: cooldown = 60, ...rest } = { ...value } as Given;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalid(name, `does not know ${JSON.stringify(unknown)}`);
  if (mode !== "failover" && mode !== "round-robin" && mode !== "metadata") {
    throw invalid(name, "needs `mode`: failover, round-robin or metadata");
  }
  if (!Number.isInteger(cooldown) || Number(cooldown) < 0) {
    throw invalid(name, "needs whole `cooldown_seconds` of 0 or more");
  }
  return {
    mode,
    cooldownMs: Number(cooldown) * 1_000,
    weights: readWeights(weights, mode, name),
    routes: readRoutes(routes, mode, name),
  };
}

interface Given {
  mode?: unknown;
  weights?: unknown;
  routes?: unknown;
  cooldown_seconds?: unknown;
}

function readWeights(weights: unknown, mode: string, name: string): number[] | undefined {
  if (weights === undefined || weights === null) return undefined;
  if (mode !== "round-robin") throw invalid(name, "takes `weights` with the mode round-robin alone");
  const isWeight = (weight: unknown) => Number.isInteger(weight) && Number(weight) > 0;
  if (!Array.isArray(weights) || weights.length === 0 || !weights.every(isWeight)) {
    throw invalid(name, "needs whole `weights` above 0");
  }
  return weights.map(Number);
}

function readRoutes(routes: unknown, mode: string, name: string): LlmRoute[] | undefined {
  if (mode !== "metadata") {
    if (routes === undefined || routes === null) return undefined;
    throw invalid(name, "takes `routes` with the mode metadata alone");
  }
  if (!Array.isArray(routes) || routes.length === 0) throw invalid(name, "needs a list of `routes`");
  return routes.map((route: unknown) => {
    const { key, value, member } = (route ?? {}) as Record<string, unknown>;
    if (typeof key !== "string" || typeof value !== "string" || !Number.isInteger(member)) {
      throw invalid(name, "needs `key`, `value` and `member` in each of its `routes`");
    }
    return { key, value, member: Number(member) };
  });
}

function checkAgainst(strategy: LlmStrategy, members: number, name: string): void {
  if (members === 1) return;
  if (strategy.weights && strategy.weights.length !== members) {
    throw invalid(name, `has ${strategy.weights.length} weights for ${members} models`);
  }
  if (strategy.routes?.some(({ member }) => member < 0 || member >= members)) {
    throw invalid(name, `has a route to a model that is not there; there are ${members}`);
  }
}

function invalid(name: string, what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what: `${PREFIX}${name} ${what}.` });
}
