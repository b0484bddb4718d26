import type { DaemonConfig, DaemonReply } from "../daemon-protocol.ts";
import { offlineEmbedder } from "../embedding/offline.ts";
import { serverDefaults } from "../engine/banks/server-defaults.ts";
import { FixedClock, systemClock } from "../engine/clock.ts";
import { Engine } from "../engine/engine.ts";
import type { Logger } from "../engine/logger.ts";
import { createApp } from "../http/app.ts";
import { createChatModel } from "../llm/create-model.ts";
import { readLlmSettings } from "../settings/llm-settings.ts";
import { readServerSettings } from "../settings/server-settings.ts";
import { Database } from "../store/database.ts";
import { openVectors } from "../store/vectors/open-vectors.ts";
import { listen } from "./listen.ts";
import type { PhaseClock } from "./phases.ts";
import { openPostgres } from "./postgres.ts";
import type { Shutdown } from "./shutdown.ts";

/** Bounds of the steps of a stop, in milliseconds; together they stay below what a starter waits before it kills. */
const GRACE_MS = { requests: 5_000, worker: 500, connections: 300, postgres: 1_500 };

/**
 * Starts a server. What has to be undone when it stops is put on `shutdown` as it comes to be.
 * @throws TestkitError
 */
export async function serve(
  config: DaemonConfig,
  logger: Logger,
  phases: PhaseClock,
  shutdown: Shutdown,
): Promise<DaemonReply> {
  const { environment } = config;
  const llm = createChatModel(readLlmSettings(environment), { attribute: config.attributeLlmCalls });
  const settings = readServerSettings(environment);
  const bankDefaults = serverDefaults(environment);
  const postgres = await openPostgres(config.database, phases);
  shutdown.add("postgres", GRACE_MS.postgres, () => postgres.stop());

  const engine = await phases.measure("connect", async () => {
    const database = new Database(postgres.url, {
      onError: (error) => logger.log("error", "a database connection broke", { error: error.message }),
    });
    shutdown.add("connections", GRACE_MS.connections, () => database.close());
    const clock = config.testMode ? new FixedClock() : systemClock;
    const started = new Engine({
      database,
      llm,
      embedder: offlineEmbedder,
      vectors: await openVectors(database, offlineEmbedder.dimension, { exact: config.testMode }),
      reranker: null,
      settings,
      bankDefaults,
      clock,
      logger,
      testMode: config.testMode,
    });
    await started.worker.start();
    shutdown.add("worker", GRACE_MS.worker, () => started.worker.stop());
    return started;
  });

  const app = createApp(engine, { host: config.host, token: config.token });
  const listener = await phases.measure("listen", () => listen(app.fetch, config));
  shutdown.add("requests", GRACE_MS.requests + 200, () => listener.close(GRACE_MS.requests));

  logger.log("info", "listening", { url: listener.url });
  return {
    ready: {
      url: listener.url,
      port: listener.port,
      pid: process.pid,
      postgresPid: postgres.pid,
      phases: phases.phases,
    },
  };
}
