import type { DaemonConfig, DaemonReply } from "../daemon-protocol.ts";
import type { Embedder } from "../embedding/types.ts";
import { serverDefaults } from "../engine/banks/server-defaults.ts";
import { FixedClock, systemClock } from "../engine/clock.ts";
import { Engine } from "../engine/engine.ts";
import { HeldWork } from "../engine/held-work.ts";
import type { Logger } from "../engine/logger.ts";
import { AppendQueue } from "../engine/retain/append-queue.ts";
import { StatsCache } from "../engine/stats/stats-cache.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { createApp } from "../http/app.ts";
import { exists } from "../reaper/process-identity.ts";
import { attributeWith, unattributed } from "../remote/attribution.ts";
import { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import { misspeltVariables } from "../settings/misspelt.ts";
import { readServerSettings } from "../settings/server-settings.ts";
import { Database } from "../store/database.ts";
import { hasWork } from "../store/recent-work.ts";
import { openVectors } from "../store/vectors/open-vectors.ts";
import { storedDimension } from "../store/vectors/stored-dimension.ts";
import type { Fetch, Listener } from "./listen.ts";
import { startModels } from "./models.ts";
import type { PhaseClock } from "./phases.ts";
import { openPostgres } from "./postgres.ts";
import type { Shutdown } from "./shutdown.ts";

/** Bounds of the steps of a stop, in milliseconds; together they stay below what a starter waits before it kills. */
const GRACE_MS = { requests: 5_000, worker: 500, connections: 300, postgres: 1_500, keptPostgres: 6_000 };

/** Where a server is, and what it cannot decide itself. */
export interface ServerHost {
  listen(fetch: Fetch, condition: ServerCondition): Promise<Listener>;
  /** Something happened that the server cannot go on after. */
  fail(error: unknown): void;
}

/** What a server knows of itself. */
export interface ServerCondition {
  /** Whether there is background work, or was since this time. */
  wasWorking(since: Date): Promise<boolean>;
  /** Whether the Postgres that it runs itself is there; the news that it has ended may still be on its way. */
  hasPostgres(): boolean;
}

/**
 * Starts a server. What has to be undone when it stops is put on `shutdown` as it comes to be.
 * @throws TestkitError
 */
export async function serve(
  config: DaemonConfig,
  logger: Logger,
  phases: PhaseClock,
  shutdown: Shutdown,
  host: ServerHost,
): Promise<DaemonReply> {
  const { environment } = config;
  const settings = readServerSettings(environment);
  const testClock = config.testMode ? new FixedClock(config.testClock) : null;
  const { embedder, reranker, languageModels } = await phases.measure("models", () =>
    startModels(environment, {
      attribute: config.attributeLlmCalls
        ? attributeWith((sandboxId) => testClock?.trail(sandboxId) ?? null)
        : unattributed,
      testMode: config.testMode,
      running: () => testClock?.running() ?? "",
      logger,
    }),
  );
  const bankDefaults = {
    withModel: serverDefaults(environment, { hasModel: true }),
    without: serverDefaults(environment, { hasModel: false }),
  };
  const warnings = misspeltVariables(environment).map(
    ({ name, nearest }) => `Nothing reads the variable ${name}; did you mean ${nearest}?`,
  );
  for (const warning of warnings) logger.log("warning", warning);
  const postgres = await openPostgres(config.database, phases);
  const isKept = config.database.kind === "directory";
  shutdown.add("postgres", isKept ? GRACE_MS.keptPostgres : GRACE_MS.postgres, () => postgres.stop());
  void postgres.exited?.then(() => {
    if (shutdown.isRunning) return;
    host.fail(postgresEnded());
  });

  const engine = await phases.measure("connect", async () => {
    const database = new Database(postgres.url, {
      ...settings.database,
      onError: (error) => logger.log("error", "a database connection broke", { error: error.message }),
    });
    shutdown.add("connections", GRACE_MS.connections, () => database.close());
    await checkDimension(database, embedder);
    const clock = testClock ?? systemClock;
    const started = new Engine({
      database,
      languageModels,
      get llm() {
        return languageModels.current.llm;
      },
      get reflectLlm() {
        return languageModels.current.reflectLlm;
      },
      get llmOperations() {
        return languageModels.current.operations;
      },
      get bankDefaults() {
        return languageModels.current.llm ? bankDefaults.withModel : bankDefaults.without;
      },
      embedder,
      vectors: await openVectors(database, embedder.dimension, { exact: config.testMode }),
      reranker,
      settings,
      clock,
      // A clock that stands still would keep them for ever.
      statsCache: new StatsCache(clock, config.testMode ? 0 : settings.statsCacheMs),
      recallSlots: new ConcurrencyLimit(settings.recall.maxConcurrent),
      heldWork: new HeldWork(),
      appends: new AppendQueue(),
      logger,
      testMode: config.testMode,
      idSeed: config.idSeed,
    });
    await started.start();
    shutdown.add("worker", GRACE_MS.worker, () => started.worker.stop());
    shutdown.add("schedule", GRACE_MS.worker, () => started.refreshSchedule.stop());
    shutdown.add("index", GRACE_MS.worker, () => started.indexUpkeep.stop());
    return started;
  });

  const app = createApp(engine, {
    host: config.host,
    token: config.token,
    secret: config.lifetime?.kind === "parent" ? config.lifetime.secret : null,
  });
  const condition: ServerCondition = {
    wasWorking: (since) => hasWork(engine.context.database, since),
    hasPostgres: () => postgres.pid === null || exists(postgres.pid),
  };
  const listener = await phases.measure("listen", () => host.listen(app.fetch, condition));
  shutdown.add("requests", GRACE_MS.requests + 200, () => listener.close(GRACE_MS.requests));

  logger.log("info", "listening", { url: listener.url });
  return {
    ready: {
      url: listener.url,
      port: listener.port,
      pid: process.pid,
      postgresPid: postgres.pid,
      phases: phases.phases,
      warnings,
    },
  };
}

export function postgresEnded(): TestkitError {
  return new TestkitError("SERVER_STOPPED", { what: "The server's Postgres has ended by itself." });
}

/** @throws TestkitError `EMBEDDING_DIMENSION_MISMATCH` when the database was filled with another embedding. */
async function checkDimension(database: Database, embedder: Embedder): Promise<void> {
  const stored = await storedDimension(database);
  if (stored === undefined || stored === embedder.dimension) return;
  throw new TestkitError("EMBEDDING_DIMENSION_MISMATCH", {
    what: `The database holds vectors of ${stored} dimensions, and the embeddings provider ${embedder.provider} makes ${embedder.dimension}.`,
  });
}
