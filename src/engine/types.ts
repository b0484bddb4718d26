/** The engine's words: requests as `http` hands them over after validation, and answers as the wire shows them. */
import type { TokenUsage } from "../llm/types.ts";
import type { FactType } from "../store/fact-type.ts";
import { OBSERVATION_SCOPE_MODES, type ObservationScopes } from "../store/observation-scopes.ts";
import type { TagLeaf, TagsMatch } from "../store/tag-filter.ts";
import type { WriteWindow } from "../store/write-window.ts";
import type { StructuredDocument } from "./mental-models/document/structure.ts";
import type { TemporalWindow } from "./recall/dates/temporal-window.ts";
import type { RecallTrace } from "./recall/trace.ts";
import type { Moment } from "./retain/moment.ts";

export type { BankAddress } from "../store/address.ts";
export type { FactType, ObservationScopes, TagsMatch, TokenUsage };
export { OBSERVATION_SCOPE_MODES };

export const FACT_TYPES = ["world", "experience", "observation"] as const satisfies FactType[];

export type Budget = "low" | "mid" | "high";
export const TAGS_MATCH = ["any", "all", "any_strict", "all_strict", "exact"] as const satisfies TagsMatch[];

/** Tags to compare with. `fuzzy`: words, each of which stands for the bank's tags that are spelled like it. */
export interface TagWords extends TagLeaf {
  resolve?: "fuzzy";
}

/** A filter by tags as a request states it. */
export type TagGroup =
  | TagWords
  | { and: readonly TagGroup[] }
  | { or: readonly TagGroup[] }
  | { not: TagGroup };

/** What a request asks of tags. */
export interface TagRequest {
  /** Without tags only `exact` filters: it selects what has none. */
  tags?: readonly string[];
  tagsMatch: TagsMatch;
  /** All of them must let a memory through. */
  tagGroups?: readonly TagGroup[];
}

/** An item's date as the caller gave it: absent means now, `unset` means that it has none. */
export type ItemTimestamp =
  | { kind: "absent" }
  | { kind: "unset" }
  /** In the sender's own offset, which relative words ("yesterday") are resolved in. */
  | ({ kind: "at" } & Moment);

export interface RetainItem {
  content: string;
  /** By id, the names of attachments whose placeholders stand in the content. */
  attachmentFilenames?: Record<string, string>;
  timestamp: ItemTimestamp;
  context?: string;
  metadata?: Record<string, string>;
  documentId?: string;
  entities?: { text: string; type: string }[];
  resolveEntities: boolean;
  tags: string[];
  observationScopes?: ObservationScopes;
  strategy?: string;
  /** Absent: what other items of the document say, else `replace`. */
  updateMode?: "replace" | "append";
  /** Whether the facts are extracted again, also where the text is what is stored already. */
  forceReextract?: boolean;
}

export interface RecallRequest extends TagRequest {
  query: string;
  /** In the order that ties and the trace follow; empty means nothing is asked for. */
  types: FactType[];
  budget: Budget;
  maxTokens: number;
  /** What "now" is for date phrases and for recency; absent: the server's clock, in UTC. */
  queryTimestamp?: Moment;
  /** The time that the query is about; absent: what its date phrase says. It ranks, and does not filter. */
  temporalWindow?: TemporalWindow;
  /** Only facts that were written last then; absent: all. */
  writes?: WriteWindow | undefined;
  includeEntities: boolean;
  /** `maxTokens` of the chunks to bring along; absent: none. */
  includeChunks?: { maxTokens: number };
  /** Tokens of the sources of observations to bring along, in all or for each observation (negative: no limit); absent: none. */
  includeSourceFacts?: { maxTokens: number; maxTokensPerObservation: number };
  /** Leaves out facts that a found observation was drawn from; absent: as the bank is configured. */
  preferObservations?: boolean;
  /** Whether the answer says how it came about. */
  trace?: boolean;
  minScores: { semantic?: number; keyword?: number; reranker?: number; final?: number };
}

interface RecallScores {
  final: number;
  reranker: number | null;
  semantic: number | null;
  keyword: number | null;
}

/** A memory unit as it is stored. */
export interface StoredMemory {
  id: string;
  text: string;
  type: FactType;
  context: string | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
  documentId: string | null;
  metadata: Record<string, string> | null;
  chunkId: string | null;
  tags: string[];
}

export interface RecalledMemory extends StoredMemory {
  entities: string[] | null;
  sourceFactIds: string[] | null;
  scores: RecallScores;
}

export interface RecalledChunk {
  id: string;
  text: string;
  chunkIndex: number;
  truncated: boolean;
}

export interface RecallAnswer {
  results: RecalledMemory[];
  /** By name, in the order of the results; null when switched off or none. */
  entities: Map<string, { entityId: string; canonicalName: string }> | null;
  chunks: Map<string, RecalledChunk> | null;
  /** Null when not asked for. */
  sourceFacts: { facts: StoredMemory[]; truncated: boolean } | null;
  trace: RecallTrace | null;
}

export interface ReflectRequest extends TagRequest {
  query: string;
  context?: string;
  budget: Budget;
  maxTokens: number;
  includeFacts: boolean;
  /** Absent: no trace. `output: false` leaves the tools' results out of it. */
  includeToolCalls?: { output: boolean };
  responseSchema?: Record<string, unknown>;
  factTypes?: FactType[];
  /** Whether the answer is asked for as a document of sections. */
  asDocument?: boolean;
  /** Searches of facts look only at those that were written last then; absent: at all. */
  writes?: WriteWindow | undefined;
  /** Whether directives are followed whatever their tags are. */
  applyAllDirectives?: boolean;
  /** Whether mental models are left out, or which. */
  excludeMentalModels?: boolean;
  excludeMentalModelIds?: readonly string[];
}

/** What an answer rests on. */
export interface ReflectBasis {
  /** By type: world, experience, observation. */
  memories: StoredMemory[];
  mentalModels: { id: string; name: string; text: string }[];
  /** All that were followed, cited or not. */
  directives: { id: string; name: string; content: string }[];
}

export interface ReflectAnswer {
  text: string;
  /** What the text is made from, where the model gave it as a document. */
  document: StructuredDocument | null;
  /** What the answer rests on; null when not asked for. */
  basedOn: ReflectBasis | null;
  structuredOutput: Record<string, unknown> | null;
  structuredOutputError: string | null;
  usage: TokenUsage;
  trace: {
    toolCalls: {
      tool: string;
      input: Record<string, unknown>;
      output: Record<string, unknown> | null;
      durationMs: number;
      iteration: number;
    }[];
    llmCalls: { scope: string; durationMs: number }[];
  } | null;
}
