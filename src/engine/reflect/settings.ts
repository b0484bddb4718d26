import { isJsonObject } from "../../json-object.ts";
import { NEUTRAL_TRAIT, numberOr, textOrNull } from "../banks/config-values.ts";
import type { ResolvedConfig } from "../banks/resolve-config.ts";
import { type RecallSettings, recallSettings } from "../recall/settings.ts";

/** What one search of observations may bring into a reflect, in tokens. */
export const OBSERVATIONS_MAX_TOKENS = 5000;
const NO_SOURCE_FACTS = -1;

/** How the bank's voice leans; each from 1 to 5, 3 is neutral. */
export interface Disposition {
  skepticism: number;
  literalism: number;
  empathy: number;
}

/** A bank's settings of reflect, resolved from its configuration. */
export interface ReflectSettings {
  /** `reflect_mission` (empty). */
  mission: string;
  disposition: Disposition;
  /** Of the searches that reflect makes. */
  recall: RecallSettings;
  /** `recall_max_tokens` (2048): the facts of one search. */
  recallMaxTokens: number;
  /** `recall_include_chunks` (true): whether a search brings the source text along. */
  recallIncludeChunks: boolean;
  /** `recall_chunks_max_tokens` (1000). */
  recallChunksMaxTokens: number;
  /** `store_document_text` (true): without it there is no source text to read. */
  storeDocumentText: boolean;
  /** `reflect_search_observations_max_tokens` of the request, else of `reflect_default_options` (5000). */
  observationsMaxTokens: number;
  /** `reflect_source_facts_max_tokens`: of the facts behind what was observed; negative (-1): none, 0: no limit. */
  sourceFactsMaxTokens: number;
  /** `reflect_search_observations_include_entities`, likewise (true). */
  observationsIncludeEntities: boolean;
}

/** What a reflect reads of a bank's configuration; `request` is what its caller wants otherwise. */
export function reflectSettings(
  config: ResolvedConfig,
  request: { observationsMaxTokens?: number | undefined; observationsIncludeEntities?: boolean | undefined },
): ReflectSettings {
  const defaults = isJsonObject(config.reflect_default_options) ? config.reflect_default_options : {};
  return {
    mission: textOrNull(config.reflect_mission) ?? "",
    disposition: {
      skepticism: numberOr(config.disposition_skepticism, NEUTRAL_TRAIT),
      literalism: numberOr(config.disposition_literalism, NEUTRAL_TRAIT),
      empathy: numberOr(config.disposition_empathy, NEUTRAL_TRAIT),
    },
    recall: recallSettings(config),
    recallMaxTokens: Number(config.recall_max_tokens),
    recallIncludeChunks: config.recall_include_chunks === true,
    recallChunksMaxTokens: Number(config.recall_chunks_max_tokens),
    storeDocumentText: config.store_document_text === true,
    observationsMaxTokens:
      request.observationsMaxTokens ??
      numberOr(defaults.reflect_search_observations_max_tokens, OBSERVATIONS_MAX_TOKENS),
    sourceFactsMaxTokens: numberOr(config.reflect_source_facts_max_tokens, NO_SOURCE_FACTS),
    observationsIncludeEntities:
      request.observationsIncludeEntities ?? defaults.reflect_search_observations_include_entities !== false,
  };
}
