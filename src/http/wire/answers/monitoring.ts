import { list, object, orNull } from "../../validation/composites.ts";
import { boolean, integer, literal, number, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";

export const healthAnswer = object({
  status: literal(["healthy"]),
  database: literal(["connected"]),
  db_acquire_ms: number(),
  db_pool_waiting: integer(),
  db_pool_in_use: integer(),
  db_pool_max: integer(),
  db_pool_idle: integer(),
});

export const livenessAnswer = named(
  "LivenessResponse",
  object({ status: literal(["alive"]), version: string(), uptime_seconds: number() }),
);

const features = named(
  "FeaturesInfo",
  object({
    observations: boolean(),
    mcp: boolean(),
    worker: boolean(),
    bank_config_api: boolean(),
    bank_llm_health: boolean(),
    file_upload_api: boolean(),
    document_export_api: boolean(),
    document_import_api: boolean(),
    audit_log: boolean(),
    llm_trace: boolean(),
    store_document_text: boolean(),
  }),
);

export const versionAnswer = named("VersionResponse", object({ api_version: string(), features }));

const operationHealth = named(
  "LlmOperationHealth",
  object({
    operation: literal(["retain", "consolidation", "reflect"]),
    ok: boolean(),
    status: literal(["connected", "not_configured", "auth_failed", "unreachable", "timeout"]),
    latency_ms: orNull(number()),
  }),
);

export const llmHealthAnswer = named(
  "BankLlmHealthResponse",
  object({ bank_id: string(), operations: list(operationHealth) }),
);
