import type { RecallSettings } from "../recall/settings.ts";

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
