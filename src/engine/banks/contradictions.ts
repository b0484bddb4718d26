import { isJsonObject } from "../../json-object.ts";
import { isInt } from "../value-checks.ts";
import { isConfigName } from "./config-keys.ts";
import type { ResolvedConfig } from "./resolve-config.ts";

const CONSTRAINED = [
  "retain_chunk_size",
  "retain_structured_chunk_size",
  "retain_strategies",
  "recall_budget_min",
  "recall_budget_max",
];

/** Whether a change of this key can make a configuration contradict itself. */
export function mayContradict(name: string): boolean {
  return CONSTRAINED.includes(name);
}

/** What keys of a whole configuration say against each other; undefined when nothing. */
export function contradiction(config: ResolvedConfig, maxCompletionTokens: number): string | undefined {
  const { recall_budget_min: min, recall_budget_max: max, retain_strategies: strategies } = config;
  if (Number(min) > Number(max)) {
    return `'recall_budget_min' (${min}) must not be greater than 'recall_budget_max' (${max})`;
  }
  for (const [name, overrides] of Object.entries(isJsonObject(strategies) ? strategies : {})) {
    const known = Object.entries(isJsonObject(overrides) ? overrides : {}).filter(([key]) =>
      isConfigName(key),
    );
    if (known.length === 0) continue;
    const fault = chunkingFault({ ...config, ...Object.fromEntries(known) }, maxCompletionTokens);
    if (fault) return `strategy '${name}': ${fault}`;
  }
  return undefined;
}

/** What is wrong with the chunks that a retain would make; a strategy's null counts as a value. */
function chunkingFault(config: ResolvedConfig, maxCompletionTokens: number): string | undefined {
  const {
    retain_chunk_size: size,
    retain_structured_chunk_size: structured,
    retain_max_attachments_per_chunk: attachments,
  } = config;
  const isCount = (value: unknown) => isInt(value) && value >= 1;
  if (!isCount(size)) return "'retain_chunk_size' must be at least 1";
  if (structured !== null && !isCount(structured)) return "'retain_structured_chunk_size' must be at least 1";
  if (!isCount(attachments)) return "'retain_max_attachments_per_chunk' must be at least 1";
  return Number(size) >= maxCompletionTokens
    ? `'retain_chunk_size' must be less than ${maxCompletionTokens}`
    : undefined;
}
