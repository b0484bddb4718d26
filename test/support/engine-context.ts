import { inject } from "vitest";
import { serverDefaults } from "../../src/engine/banks/server-defaults.ts";
import { FixedClock } from "../../src/engine/clock.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { HeldWork } from "../../src/engine/held-work.ts";
import { AppendQueue } from "../../src/engine/retain/append-queue.ts";
import { StatsCache } from "../../src/engine/stats/stats-cache.ts";
import { SandboxModels } from "../../src/llm/sandbox-models.ts";
import type { ChatModel } from "../../src/llm/types.ts";
import { ConcurrencyLimit } from "../../src/remote/concurrency-limit.ts";
import { readServerSettings } from "../../src/settings/server-settings.ts";
import type { Database } from "../../src/store/database.ts";
import { PgVectors } from "../../src/store/vectors/pg-vectors.ts";
import { ScannedVectors } from "../../src/store/vectors/scanned-vectors.ts";
import type { VectorStore } from "../../src/store/vectors/vector-store.ts";
import { wordEmbedder } from "./word-embedder.ts";

/** The exact search that fits the run's Postgres. */
export function testVectors(database: Database, dimension: number): VectorStore {
  return inject("vectorColumn") === "vector"
    ? new PgVectors(database, dimension, { exact: true })
    : new ScannedVectors(database, dimension);
}

/**
 * What an engine in test mode works with: no model, offline embeddings, no reranker, a clock that stands still.
 * @param environment upstream's variables, which set everything else.
 */
export function engineContext(
  database: Database,
  changes: Partial<EngineContext> = {},
  environment: Record<string, string> = {},
): EngineContext {
  const embedder = changes.embedder ?? wordEmbedder;
  const clock = changes.clock ?? new FixedClock();
  const settings = readServerSettings(environment);
  return {
    database,
    languageModels: ownModels(changes.llm ?? null),
    llm: null,
    reflectLlm: changes.llm ?? null,
    llmOperations: sameForAll(changes.llm ?? null),
    embedder,
    vectors: testVectors(database, embedder.dimension),
    reranker: null,
    settings,
    bankDefaults: serverDefaults(environment, { hasModel: (changes.llm ?? null) !== null }),
    clock,
    statsCache: new StatsCache(clock, settings.statsCacheMs),
    recallSlots: new ConcurrencyLimit(settings.recall.maxConcurrent),
    heldWork: new HeldWork(),
    appends: new AppendQueue(),
    logger: { log: () => {} },
    testMode: true,
    idSeed: null,
    ...changes,
  };
}

/** What a server has where no sandbox chooses. */
function ownModels(llm: ChatModel | null): SandboxModels {
  const own = { llm, reflectLlm: llm, operations: sameForAll(llm) };
  return new SandboxModels(own, { create: () => own, running: () => "", calls: null });
}

function sameForAll(model: ChatModel | null): EngineContext["llmOperations"] {
  const same = { model, identity: "" };
  return { default: same, retain: same, reflect: same, consolidation: same, mental_model_refresh: same };
}
