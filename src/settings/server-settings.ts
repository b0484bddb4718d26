import { TestkitError } from "../errors/testkit-error.ts";
import { type Environment, PREFIX, SettingsReader } from "./environment.ts";

/**
 * What configures a server, read from upstream's variables; a bank cannot override it. Models have settings of their own
 * (`llm`, `embedding`), and so have the keys that a bank can override (`engine/banks`).
 */
export interface ServerSettings {
  database: DatabaseSettings;
  http: HttpSettings;
  features: FeatureSettings;
  worker: WorkerSettings;
  retain: RetainServerSettings;
  recall: RecallServerSettings;
  reflect: ReflectServerSettings;
  consolidation: ConsolidationServerSettings;
  /** How long a bank's statistics are kept, in milliseconds (60 000). */
  statsCacheMs: number;
}

interface DatabaseSettings {
  /** Connections at once (10). */
  maxConnections: number;
  /** How long a query waits for a free one, in milliseconds (30 000). */
  acquireTimeoutMs: number;
}

interface HttpSettings {
  /** Routes answer below it too: `/x`, or "" (default). */
  basePath: string;
  /** Answers from this many bytes on are compressed for clients that take it (1024); negative: none. */
  gzipMinSize: number;
  /** What callers must prove themselves with; null (default): nothing. */
  apiKey: string | null;
}

/** Switches of routes and of whole features. */
interface FeatureSettings {
  bankConfigApi: boolean;
  bankLlmHealth: boolean;
  dryRunExtract: boolean;
  fileUploadApi: boolean;
  documentExportApi: boolean;
  documentImportApi: boolean;
  mcp: boolean;
  auditLog: boolean;
  llmTrace: boolean;
}

export interface WorkerSettings {
  /** Whether this server executes operations at all (true). */
  enabled: boolean;
  /** Attempts after the first (3), and the pause before each, in milliseconds (60 000). */
  maxRetries: number;
  retryBackoffMs: number;
  /** Operations that run at once (10), and how many of those places are kept for consolidation (2). */
  maxSlots: number;
  consolidationSlots: number;
  /** Limits of one run, in milliseconds: retain in all (3 600 000), consolidation without progress (7 200 000). */
  retainTimeoutMs: number;
  consolidationTimeoutMs: number;
  /** Ended operations are deleted after so many days; 0 (default): never. */
  retentionDays: number;
}

export interface RetainServerSettings {
  /** Tokens of content in one pass, and in one child of an asynchronous retain (10 000). */
  batchTokens: number;
  /** A model's output for one chunk (64 000). */
  maxCompletionTokens: number;
  /** How often a model is asked again whose answer for a chunk cannot be used (3): as often as a request that failed. */
  askAgain: number;
  extractCausalLinks: boolean;
  optionalFactDimensions: boolean;
  /** What facts are written in; null (default): the language of their text. */
  outputLanguage: string | null;
  /** Facts at least so similar are linked (0.7). */
  semanticLinkMinSimilarity: number;
  entityTrigramSimilarity: number;
  entityMergeMinSimilarity: number;
  entityIntrabatchMergeSimilarity: number;
  entityMaxCandidates: number;
  /** Attachments of one item (50), and the bytes of one (20 MB). */
  attachmentMaxCount: number;
  attachmentMaxBytes: number;
  /** Extraction by a provider's batch API, which a synchronous retain cannot wait for (false). */
  batchApi: boolean;
}

interface RecallServerSettings {
  /** Recalls that search at once (32). */
  maxConcurrent: number;
  /** Longer queries are cut (500); 0: never. */
  maxQueryTokens: number;
  /** Words that the keyword arm asks for (16); 0: all. */
  keywordMaxTerms: number;
  /** Whether those are the rarest words (true), or the first ones. */
  keywordSelectiveTerms: boolean;
  keywordMinScore: number;
  /** Of the semantic arm (0.3), the facts that the graph arm sets out from (0.3), and the temporal arm (0.1). */
  semanticMinSimilarity: number;
  graphSeedMinSimilarity: number;
  temporalMinSimilarity: number;
  /** Facts that one entity leads to (200), and how long the search for them may take, in milliseconds (10 000). */
  graphPerEntityLimit: number;
  graphTimeoutMs: number;
  /** 0 (default): an arm's list is not cut. */
  maxCandidatesPerSource: number;
  /** Candidates that are reranked (300), and by budget where it is set. */
  rerankerMaxCandidates: number;
  rerankerMaxCandidatesByBudget: { low: number; mid: number; high: number };
  recencyDecay: "linear" | "exponential" | "none";
  /** Days in which a fact becomes old: to the least (365), to the half (90). */
  recencyWindowDays: number;
  recencyHalfLifeDays: number;
  /** As configured: `graph:high,temporal`. */
  strategyBoosts: string;
}

interface ReflectServerSettings {
  /** Iterations at budget mid (10); the other budgets are shares and multiples of it. */
  maxIterations: number;
  /** Tokens from which on a conversation counts as full (100 000). */
  maxContextTokens: number;
  /** A model's output for one call; null (default): no limit. */
  maxCompletionTokens: number | null;
  /** Of one reflect, in milliseconds (300 000). */
  timeoutMs: number;
}

interface ConsolidationServerSettings {
  /** Attempts at a call that no answer came to (3), on top of the provider's own. */
  maxAttempts: number;
  /** A model's output for one call; null (default): no limit. */
  maxCompletionTokens: number | null;
  /** Observations at least so similar may say the same (0.97); 1: none are looked at. */
  dedupThreshold: number;
  /** Changes of an observation that are remembered (50). */
  historyMaxEntries: number;
}

const API_KEY_TENANT = "hindsight_api.extensions.builtin.tenant:ApiKeyTenantExtension";

/** @throws TestkitError `INVALID_OPTION` that names the variable. */
export function readServerSettings(environment: Environment): ServerSettings {
  const env = new SettingsReader(environment);
  return {
    database: {
      maxConnections: env.integer("DB_POOL_MAX_SIZE", { min: 1 }) ?? 10,
      acquireTimeoutMs: env.seconds("DB_ACQUIRE_TIMEOUT") ?? 30_000,
    },
    http: readHttp(env),
    features: {
      bankConfigApi: env.boolean("ENABLE_BANK_CONFIG_API") ?? true,
      bankLlmHealth: env.boolean("ENABLE_BANK_LLM_HEALTH") ?? false,
      dryRunExtract: env.boolean("ENABLE_DRY_RUN_EXTRACT") ?? true,
      fileUploadApi: env.boolean("ENABLE_FILE_UPLOAD_API") ?? true,
      documentExportApi: env.boolean("ENABLE_DOCUMENT_EXPORT_API") ?? true,
      documentImportApi: env.boolean("ENABLE_DOCUMENT_IMPORT_API") ?? true,
      mcp: env.boolean("MCP_ENABLED") ?? true,
      auditLog: env.boolean("AUDIT_LOG_ENABLED") ?? false,
      llmTrace: env.boolean("LLM_TRACE_ENABLED") ?? true,
    },
    worker: {
      enabled: env.boolean("WORKER_ENABLED") ?? true,
      maxRetries: env.integer("WORKER_MAX_RETRIES", { min: 0 }) ?? 3,
      retryBackoffMs: env.seconds("WORKER_TASK_RETRY_BACKOFF_SECONDS") ?? 60_000,
      maxSlots: env.integer("WORKER_MAX_SLOTS", { min: 1 }) ?? 10,
      consolidationSlots: env.integer("WORKER_CONSOLIDATION_RESERVED_SLOTS", { min: 0 }) ?? 2,
      retainTimeoutMs: env.seconds("RETAIN_WALL_TIMEOUT") ?? 3_600_000,
      consolidationTimeoutMs: env.seconds("CONSOLIDATION_WALL_TIMEOUT") ?? 7_200_000,
      retentionDays: env.number("OPERATION_RETENTION_DAYS", { min: 0 }) ?? 0,
    },
    retain: {
      batchTokens: env.integer("RETAIN_BATCH_TOKENS", { min: 1 }) ?? 10_000,
      maxCompletionTokens: env.integer("RETAIN_MAX_COMPLETION_TOKENS", { min: 1 }) ?? 64_000,
      askAgain:
        env.integer("RETAIN_LLM_MAX_RETRIES", { min: 0 }) ?? env.integer("LLM_MAX_RETRIES", { min: 0 }) ?? 3,
      extractCausalLinks: env.boolean("RETAIN_EXTRACT_CAUSAL_LINKS") ?? true,
      optionalFactDimensions: env.boolean("RETAIN_OPTIONAL_FACT_DIMENSIONS") ?? false,
      outputLanguage: env.text("LLM_OUTPUT_LANGUAGE") ?? null,
      semanticLinkMinSimilarity: env.number("SEMANTIC_LINK_MIN_SIMILARITY") ?? 0.7,
      entityTrigramSimilarity: env.number("ENTITY_TRGM_SIMILARITY_THRESHOLD") ?? 0.3,
      entityMergeMinSimilarity: env.number("ENTITY_MERGE_MIN_SIMILARITY") ?? 0.3,
      entityIntrabatchMergeSimilarity: env.number("ENTITY_INTRABATCH_MERGE_SIMILARITY") ?? 0.5,
      entityMaxCandidates: env.integer("RETAIN_ENTITY_RESOLUTION_MAX_CANDIDATES", { min: 1 }) ?? 200,
      attachmentMaxCount: env.integer("RETAIN_ATTACHMENT_MAX_COUNT", { min: 1 }) ?? 50,
      attachmentMaxBytes: (env.integer("RETAIN_ATTACHMENT_MAX_SIZE_MB", { min: 1 }) ?? 20) * 1024 * 1024,
      batchApi: env.boolean("RETAIN_BATCH_ENABLED") ?? false,
    },
    recall: readRecall(env),
    reflect: {
      maxIterations: env.integer("REFLECT_MAX_ITERATIONS", { min: 1 }) ?? 10,
      maxContextTokens: env.integer("REFLECT_MAX_CONTEXT_TOKENS", { min: 1 }) ?? 100_000,
      maxCompletionTokens: env.integer("REFLECT_MAX_COMPLETION_TOKENS", { min: 1 }) ?? null,
      timeoutMs: env.seconds("REFLECT_WALL_TIMEOUT") ?? 300_000,
    },
    consolidation: {
      maxAttempts: env.integer("CONSOLIDATION_MAX_ATTEMPTS", { min: 1 }) ?? 3,
      maxCompletionTokens: env.integer("CONSOLIDATION_MAX_COMPLETION_TOKENS", { min: 1 }) ?? null,
      dedupThreshold: env.number("CONSOLIDATION_DEDUP_THRESHOLD") ?? 0.97,
      historyMaxEntries: env.integer("OBSERVATION_HISTORY_MAX_ENTRIES", { min: 0 }) ?? 50,
    },
    statsCacheMs: env.seconds("BANK_STATS_CACHE_TTL_SECONDS") ?? 60_000,
  };
}

function readHttp(env: SettingsReader): HttpSettings {
  const path = env.text("BASE_PATH")?.replace(/^\/*/, "/").replace(/\/*$/, "") ?? "";
  return {
    basePath: path === "/" ? "" : path,
    gzipMinSize: env.integer("GZIP_MIN_SIZE") ?? 1024,
    apiKey: readApiKey(env),
  };
}

/** A server that was meant to be closed never starts open. */
function readApiKey(env: SettingsReader): string | null {
  const tenant = env.text("TENANT_EXTENSION");
  if (tenant === undefined) return null;
  if (tenant !== API_KEY_TENANT) {
    throw new TestkitError("INVALID_OPTION", {
      what: `${PREFIX}TENANT_EXTENSION can only be ${API_KEY_TENANT} here.`,
    });
  }
  const key = env.text("TENANT_API_KEY");
  if (key !== undefined) return key;
  throw new TestkitError("INVALID_OPTION", {
    what: `${PREFIX}TENANT_API_KEY must hold the key that ${PREFIX}TENANT_EXTENSION asks callers for.`,
  });
}

function readRecall(env: SettingsReader): RecallServerSettings {
  const flat = env.integer("RERANKER_MAX_CANDIDATES", { min: 0 }) ?? 300;
  const ofBudget = (name: string) => env.integer(`RERANKER_MAX_CANDIDATES_${name}`, { min: 0 }) || flat;
  return {
    maxConcurrent: env.integer("RECALL_MAX_CONCURRENT", { min: 1 }) ?? 32,
    maxQueryTokens: env.integer("RECALL_MAX_QUERY_TOKENS", { min: 0 }) ?? 500,
    keywordMaxTerms: env.integer("BM25_MAX_QUERY_TERMS", { min: 0 }) ?? 16,
    keywordSelectiveTerms: env.boolean("BM25_SELECTIVE_TERMS") ?? true,
    keywordMinScore: env.number("BM25_MIN_SCORE") ?? 0,
    semanticMinSimilarity: env.number("SEMANTIC_MIN_SIMILARITY") ?? 0.3,
    graphSeedMinSimilarity: env.number("GRAPH_SEED_MIN_SIMILARITY") ?? 0.3,
    temporalMinSimilarity: env.number("TEMPORAL_SEMANTIC_MIN_SIMILARITY") ?? 0.1,
    graphPerEntityLimit: env.integer("LINK_EXPANSION_PER_ENTITY_LIMIT", { min: 0 }) ?? 200,
    graphTimeoutMs: env.seconds("LINK_EXPANSION_TIMEOUT") ?? 10_000,
    maxCandidatesPerSource: env.integer("RECALL_MAX_CANDIDATES_PER_SOURCE", { min: 0 }) ?? 0,
    rerankerMaxCandidates: flat,
    rerankerMaxCandidatesByBudget: { low: ofBudget("LOW"), mid: ofBudget("MID"), high: ofBudget("HIGH") },
    recencyDecay: env.word("RECENCY_DECAY_FUNCTION", ["linear", "exponential", "none"]) ?? "linear",
    recencyWindowDays: env.number("RECENCY_DECAY_LINEAR_WINDOW_DAYS", { min: 0 }) || 365,
    recencyHalfLifeDays: env.number("RECENCY_DECAY_HALFLIFE_DAYS", { min: 0 }) || 90,
    strategyBoosts: env.text("RECALL_STRATEGY_BOOSTS") ?? "",
  };
}
