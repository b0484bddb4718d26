import type { Embedder } from "../embedding/types.ts";
import type { LanguageModels } from "../llm/language-models.ts";
import type { SandboxModels } from "../llm/sandbox-models.ts";
import type { ChatModel } from "../llm/types.ts";
import type { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import type { Reranker } from "../rerank/types.ts";
import type { ServerSettings } from "../settings/server-settings.ts";
import type { Database } from "../store/database.ts";
import type { VectorStore } from "../store/vectors/vector-store.ts";
import type { ResolvedConfig } from "./banks/resolve-config.ts";
import type { Clock } from "./clock.ts";
import type { HeldWork } from "./held-work.ts";
import type { Logger } from "./logger.ts";
import type { AppendQueue } from "./retain/append-queue.ts";
import type { StatsCache } from "./stats/stats-cache.ts";

/** What every part of the engine works with. Made once, by the daemon. */
export interface EngineContext {
  database: Database;
  /** The models of all sandboxes; the next three are those of the sandbox that the running work belongs to, as `clock.now()` is. */
  languageModels: SandboxModels;
  /** `null`: provider `none`. Retain then stores chunks, and reflect is refused. */
  llm: ChatModel | null;
  /** The same, of reflect: the two are told apart where a server has a model for the one and none for the other. */
  reflectLlm: ChatModel | null;
  /** By operation, to be asked whether they are there. */
  llmOperations: LanguageModels["operations"];
  embedder: Embedder;
  vectors: VectorStore;
  /** `null`: provider `rrf`. Recall then keeps the order of the fusion. */
  reranker: Reranker | null;
  settings: ServerSettings;
  /** The server's own values of the keys that a bank can override, of a sandbox with or without a model. */
  bankDefaults: ResolvedConfig;
  clock: Clock;
  statsCache: StatsCache;
  /** Recalls that search at once; the others wait, so that not all connections of the database are wanted by searches. */
  recallSlots: ConcurrencyLimit;
  /** Where consolidations and refreshes wait until somebody waits for them. */
  heldWork: HeldWork;
  /** Those who append to the same document take turns. */
  appends: AppendQueue;
  logger: Logger;
  /** In test mode ids are derived from the bank's id, so that they are the same in every run. */
  testMode: boolean;
  /** In test mode: what ids are derived from besides. */
  idSeed: string | null;
}
