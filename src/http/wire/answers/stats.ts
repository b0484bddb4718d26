import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { integer, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";

const counts = dict(integer());
const count = withDefault(integer(), 0);

export const bankStatsAnswer = named(
  "BankStatsResponse",
  object({
    bank_id: string(),
    total_nodes: integer(),
    total_links: integer(),
    total_documents: integer(),
    nodes_by_fact_type: counts,
    links_by_link_type: counts,
    links_by_fact_type: counts,
    links_breakdown: dict(counts),
    pending_operations: integer(),
    failed_operations: integer(),
    operations_by_status: withDefault(counts, {}),
    last_consolidated_at: orNull(string()),
    last_memory_write_at: orNull(string()),
    pending_consolidation: count,
    failed_consolidation: count,
    total_observations: count,
  }),
);

const bucket = named(
  "MemoryTimeseriesBucket",
  object({ time: string(), world: count, experience: count, observation: count }),
);

export const timeseriesAnswer = named(
  "MemoriesTimeseriesResponse",
  object({
    bank_id: string(),
    period: string(),
    trunc: string(),
    time_field: withDefault(string(), "created_at"),
    buckets: withDefault(list(bucket), []),
  }),
);
