import { isJsonObject } from "../../json-object.ts";
import { isConfigName } from "../banks/config-keys.ts";
import { numberOr, textOrNull } from "../banks/config-values.ts";
import type { ResolvedConfig } from "../banks/resolve-config.ts";
import { type LabelGroup, readLabelGroups } from "../labels/label-groups.ts";
import { readObservationScopes } from "../observations/stored-scopes.ts";
import type { ObservationScopes } from "../types.ts";
import { type DefenseAction, readDefense } from "./defense/policy.ts";

const DEFAULT_CHUNK_BATCH_SIZE = 100;

/** The bank's configuration as far as a retain reads it, resolved. */
export interface RetainSettings {
  /** `concise`, `verbose`, `custom`, `verbatim` or `chunks`; anything else means `concise`. */
  retainExtractionMode: string;
  /** What the bank is there to remember, in the user's words. */
  retainMission: string | null;
  /** Replaces the mode's instructions in the mode `custom`. */
  retainCustomInstructions: string | null;
  /** In characters. */
  retainChunkSize: number;
  retainStructuredChunkSize: number | null;
  retainMaxAttachmentsPerChunk: number;
  /** What the model is to tell of every fact, from a given vocabulary. */
  labels: LabelGroup[];
  /** Off: of the names that the model finds only labels are kept. */
  allowFreeFormEntities: boolean;
  /** What is done with items that hold secrets or personal data. */
  defense: DefenseAction;
  /** What facts get whose item says nothing of it. */
  defaultObservationScopes: ObservationScopes | null;
  /** Chunks whose names and dates are told apart in one go. */
  retainChunkBatchSize: number;
  /** Off: neither documents nor chunks keep their text. */
  storeDocumentText: boolean;
}

const MODES = ["concise", "verbose", "custom", "verbatim", "chunks"] as const;
export type ExtractionMode = (typeof MODES)[number];

/** The mode that a retain runs in: without a model only chunks can be stored, and `custom` needs instructions. */
export function extractionMode(settings: RetainSettings, hasModel: boolean): ExtractionMode {
  if (!hasModel) return "chunks";
  const mode = MODES.find((known) => known === settings.retainExtractionMode) ?? "concise";
  return mode === "custom" && !settings.retainCustomInstructions ? "concise" : mode;
}

/**
 * What a retain reads of a bank's configuration, under the overrides of its strategy (else of the bank's default strategy).
 * A strategy that does not exist, and keys that are not known, change nothing.
 *
 * @param overrides come before all of these.
 */
export function retainSettings(
  bank: ResolvedConfig,
  strategy: string | undefined,
  overrides: Partial<ResolvedConfig> = {},
): RetainSettings {
  const named = strategy || textOrNull(bank.retain_default_strategy);
  const config = { ...withStrategy(bank, named), ...overrides };
  return {
    retainExtractionMode: String(config.retain_extraction_mode),
    retainMission: textOrNull(config.retain_mission),
    retainCustomInstructions: textOrNull(config.retain_custom_instructions),
    retainChunkSize: Number(config.retain_chunk_size),
    retainStructuredChunkSize:
      config.retain_structured_chunk_size === null ? null : Number(config.retain_structured_chunk_size),
    retainMaxAttachmentsPerChunk: Number(config.retain_max_attachments_per_chunk),
    labels: readLabelGroups(config.entity_labels),
    allowFreeFormEntities: config.entities_allow_free_form === true,
    defense: readDefense(config.memory_defense),
    defaultObservationScopes: readObservationScopes(config.default_observation_scopes),
    retainChunkBatchSize: Math.max(1, numberOr(config.retain_chunk_batch_size, DEFAULT_CHUNK_BATCH_SIZE)),
    storeDocumentText: config.store_document_text === true,
  };
}

function withStrategy(bank: ResolvedConfig, name: string | null): ResolvedConfig {
  const strategies = bank.retain_strategies;
  const overrides =
    name !== null && isJsonObject(strategies) && Object.hasOwn(strategies, name) && strategies[name];
  if (!isJsonObject(overrides)) return bank;
  const known = Object.entries(overrides).filter(([key, value]) => isConfigName(key) && value !== null);
  return { ...bank, ...Object.fromEntries(known) };
}
