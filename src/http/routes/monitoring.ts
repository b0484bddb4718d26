import type { Engine } from "../../engine/engine.ts";
import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";

/** The version of the contract that this server keeps. */
const API_VERSION = "1.1.0";
const DATABASE_TIMEOUT_MS = 5_000;

/** Whether the server lives, is ready, and what it can do. */
export function monitoringRoutes(engine: Engine): Route[] {
  const version = () => ({
    api_version: API_VERSION,
    features: {
      observations: engine.context.llm !== null,
      mcp: true,
      worker: true,
      bank_config_api: true,
      bank_llm_health: false,
      file_upload_api: true,
      document_export_api: true,
      document_import_api: true,
      audit_log: false,
      llm_trace: true,
      store_document_text: true,
    },
  });
  const live = () => ({
    status: "alive",
    version: API_VERSION,
    uptime_seconds: Math.round(process.uptime() * 10) / 10,
  });
  return [
    route({ method: "GET", path: "/health", handle: () => health(engine) }),
    route({ method: "GET", path: "/health/ready", handle: () => health(engine) }),
    route({ method: "GET", path: "/health/live", handle: live }),
    route({ method: "GET", path: "/version", handle: version }),
    route({ method: "GET", path: "/v1/version", handle: version }),
    route({
      method: "POST",
      path: "/v1/default/banks/:bank_id/health/llm",
      handle: () => {
        throw new HttpError(404, "Bank LLM health is not enabled");
      },
    }),
  ];
}

async function health({ context }: Engine): Promise<unknown> {
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
    throw new HttpError(
      503,
      `The database does not answer: ${error instanceof Error ? error.message : error}`,
    );
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
