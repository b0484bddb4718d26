import { offlineEmbedder } from "../../src/embedding/offline.ts";
import { serverDefaults } from "../../src/engine/banks/server-defaults.ts";
import { FixedClock } from "../../src/engine/clock.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { readServerSettings } from "../../src/settings/server-settings.ts";
import type { Database } from "../../src/store/database.ts";
import { ScannedVectors } from "../../src/store/vectors/scanned-vectors.ts";

/**
 * What an engine in test mode works with: no model, offline embeddings, no reranker, a clock that stands still.
 * @param environment upstream's variables, which set everything else.
 */
export function engineContext(
  database: Database,
  changes: Partial<EngineContext> = {},
  environment: Record<string, string> = {},
): EngineContext {
  const embedder = changes.embedder ?? offlineEmbedder;
  return {
    database,
    llm: null,
    embedder,
    vectors: new ScannedVectors(database, embedder.dimension),
    reranker: null,
    settings: readServerSettings(environment),
    bankDefaults: serverDefaults(environment),
    clock: new FixedClock(),
    logger: { log: () => {} },
    testMode: true,
    ...changes,
  };
}
