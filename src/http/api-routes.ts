import type { Engine } from "../engine/engine.ts";
import type { Metrics } from "./metrics.ts";
import type { Route } from "./route.ts";
import { aliasRoutes } from "./routes/aliases.ts";
import { attachmentRoutes } from "./routes/attachments.ts";
import { bankRoutes } from "./routes/banks.ts";
import { configRoutes } from "./routes/config.ts";
import { consolidationRoutes } from "./routes/consolidation.ts";
import { directiveRoutes } from "./routes/directives.ts";
import { documentRoutes } from "./routes/documents.ts";
import { dryRunRoutes } from "./routes/dry-run.ts";
import { entityRoutes } from "./routes/entities.ts";
import { memoryRoutes } from "./routes/memories.ts";
import { singleMemoryRoutes } from "./routes/memory.ts";
import { mentalModelRoutes } from "./routes/mental-models.ts";
import { monitoringRoutes } from "./routes/monitoring.ts";
import { observationRoutes } from "./routes/observations.ts";
import { operationRoutes } from "./routes/operations.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { recallRoutes } from "./routes/recall.ts";
import { reflectRoutes } from "./routes/reflect.ts";
import { removedRoutes } from "./routes/removed.ts";
import { statsRoutes } from "./routes/stats.ts";

/** Hindsight's API, all routes of it that this server has. */
export function apiRoutes(engine: Engine, metrics: Metrics): Route[] {
  return [
    ...monitoringRoutes(engine, metrics),
    ...bankRoutes(engine),
    ...aliasRoutes(engine),
    ...configRoutes(engine),
    ...statsRoutes(engine),
    ...directiveRoutes(engine),
    ...mentalModelRoutes(engine),
    ...recallRoutes(engine),
    ...memoryRoutes(engine),
    ...singleMemoryRoutes(engine),
    ...documentRoutes(engine),
    ...attachmentRoutes(engine),
    ...dryRunRoutes(engine),
    ...entityRoutes(engine),
    ...observationRoutes(engine),
    ...overviewRoutes(engine),
    ...reflectRoutes(engine),
    ...operationRoutes(engine),
    ...consolidationRoutes(engine),
    ...removedRoutes(),
  ];
}
