import type { Engine } from "../../engine/engine.ts";
import { probeModels } from "../../engine/llm-health.ts";
import { jsonAnswer, RETRY_LATER } from "../answer.ts";
import { HttpError } from "../http-error.ts";
import type { Metrics } from "../metrics.ts";
import { type Route, route } from "../route.ts";
import type { Infer } from "../validation/schema.ts";
import { healthAnswer, livenessAnswer, llmHealthAnswer, versionAnswer } from "../wire/answers/monitoring.ts";

/** The version of the contract that this server keeps. */
export const API_VERSION = "1.1.0";
const DATABASE_TIMEOUT_MS = 5_000;

/** Whether the server lives, is ready, and what it can do. */
export function monitoringRoutes(engine: Engine, metrics: Metrics): Route[] {
  const { features } = engine.context.settings;
  const version = () => ({
    api_version: API_VERSION,
    features: {
      observations: engine.context.bankDefaults.enable_observations === true,
      mcp: features.mcp,
      worker: engine.context.settings.worker.enabled,
      bank_config_api: features.bankConfigApi,
      bank_llm_health: features.bankLlmHealth,
      file_upload_api: features.fileUploadApi,
      document_export_api: features.documentExportApi,
      document_import_api: features.documentImportApi,
      audit_log: features.auditLog,
      llm_trace: features.llmTrace,
      store_document_text: engine.context.bankDefaults.store_document_text === true,
    },
  });
  const live = () => ({
    status: "alive" as const,
    version: API_VERSION,
    uptime_seconds: Math.round(process.uptime() * 10) / 10,
  });
  const open = { method: "GET", open: true } as const;
  return [
    route({ ...open, name: "health", path: "/health", answer: healthAnswer, handle: () => health(engine) }),
    route({
      ...open,
      name: "get_readiness",
      path: "/health/ready",
      answer: healthAnswer,
      handle: () => health(engine),
    }),
    route({ ...open, name: "get_liveness", path: "/health/live", answer: livenessAnswer, handle: live }),
    route({ ...open, name: "get_version", path: "/version", answer: versionAnswer, handle: version }),
    route({ ...open, path: "/v1/version", answer: versionAnswer, handle: version }),
    route({
      ...open,
      name: "metrics",
      path: "/metrics",
      mediaType: "text/plain",
      handle: () => metrics.answer(),
    }),
    route({
      name: "test_bank_llm",
      method: "POST",
      path: "/v1/default/banks/:bank_id/health/llm",
      check: () => {
        if (!features.bankLlmHealth) throw new HttpError(404, "Bank LLM health is not enabled");
      },
      answer: llmHealthAnswer,
      handle: async ({ address, signal }) => ({
        bank_id: address.bankId,
        operations: (await probeModels(engine.context, address, signal)).map(
          ({ operation, status, latencyMs }) => ({
            operation,
            ok: status === "connected",
            status,
            latency_ms: latencyMs,
          }),
        ),
      }),
    }),
  ];
}

async function health({ context }: Engine): Promise<Infer<typeof healthAnswer> | Response> {
  const { pool } = context.database;
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      pool.query("SELECT 1"),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("no answer in time")), DATABASE_TIMEOUT_MS);
      }),
    ]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return jsonAnswer(503, { status: "unhealthy", database: "error", error: text }, RETRY_LATER);
  } finally {
    clearTimeout(timer);
  }
  return {
    status: "healthy",
    database: "connected",
    db_acquire_ms: Math.round((performance.now() - began) * 100) / 100,
    db_pool_waiting: pool.waitingCount,
    db_pool_in_use: pool.totalCount - pool.idleCount,
    db_pool_max: pool.options.max,
    db_pool_idle: pool.idleCount,
  };
}
