import type { Engine } from "../../engine/engine.ts";
import { isoDate } from "../../engine/iso-date.ts";
import { type BankStats, bankStats } from "../../engine/stats/bank-stats.ts";
import { memoriesTimeseries, type Timeseries } from "../../engine/stats/timeseries.ts";
import { isoDateOrNull } from "../dates.ts";
import { type Route, route } from "../route.ts";
import { withDefault } from "../validation/composites.ts";
import { boolean, string } from "../validation/scalars.ts";
import { bankStatsAnswer, timeseriesAnswer } from "../wire/answers/stats.ts";

const PATH = "/v1/default/banks/:bank_id/stats";

/** What a bank holds, in numbers. */
export function statsRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "get_agent_stats",
      method: "GET",
      path: PATH,
      query: { refresh: withDefault(boolean(), false) },
      missing: true,
      answer: bankStatsAnswer,
      handle: async ({ address, query }) => toStats(address.bankId, await bankStats(context, address, query)),
    }),
    route({
      name: "get_memories_timeseries",
      method: "GET",
      path: `${PATH}/memories-timeseries`,
      query: { period: withDefault(string(), "7d"), time_field: withDefault(string(), "created_at") },
      missing: true,
      answer: timeseriesAnswer,
      handle: async ({ address, query: { period, time_field: timeField } }) =>
        toTimeseries(address.bankId, await memoriesTimeseries(context, address, { period, timeField })),
    }),
  ];
}

function toStats(bankId: string, stats: BankStats) {
  const sum = (counts: Record<string, number>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  return {
    bank_id: bankId,
    total_nodes: sum(stats.nodesByFactType),
    total_links: sum(stats.linksByType),
    total_documents: stats.totalDocuments,
    nodes_by_fact_type: stats.nodesByFactType,
    links_by_link_type: stats.linksByType,
    // By contract these two are always empty.
    links_by_fact_type: {},
    links_breakdown: {},
    pending_operations: stats.operationsByStatus.pending ?? 0,
    failed_operations: stats.operationsByStatus.failed ?? 0,
    operations_by_status: stats.operationsByStatus,
    last_consolidated_at: isoDateOrNull(stats.lastConsolidatedAt),
    last_memory_write_at: isoDateOrNull(stats.lastMemoryWriteAt),
    pending_consolidation: stats.pendingConsolidation,
    failed_consolidation: stats.failedConsolidation,
    total_observations: stats.nodesByFactType.observation ?? 0,
  };
}

function toTimeseries(bankId: string, { period, unit, timeField, buckets }: Timeseries) {
  return {
    bank_id: bankId,
    period,
    trunc: unit,
    time_field: timeField,
    buckets: buckets.map(({ time, counts }) => ({ time: isoDate(time), ...counts })),
  };
}
