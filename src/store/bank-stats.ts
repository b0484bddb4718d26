import type { Queryable } from "./database.ts";

/** Numbers of a bank. The maps hold only what occurs. */
export interface BankStats {
  nodesByFactType: Record<string, number>;
  /** Stored links by type, and `entity`: those that common entities stand for. */
  linksByType: Record<string, number>;
  operationsByStatus: Record<string, number>;
  totalDocuments: number;
  lastConsolidatedAt: Date | null;
  lastMemoryWriteAt: Date | null;
  /** Facts that no consolidation has taken up yet, and those that it could not use. */
  pendingConsolidation: number;
  failedConsolidation: number;
}

/** An entity links a fact to no more than so many others. */
const LINKS_PER_ENTITY = 10;

export async function readBankStats(db: Queryable, bankKey: string): Promise<BankStats> {
  const { rows } = await db.query<BankStats & { entityLinks: number }>(
    `SELECT
       (SELECT coalesce(jsonb_object_agg(fact_type, count), '{}') FROM (
          SELECT fact_type, count(*) FROM memory_units WHERE bank_key = $1 GROUP BY 1) types) AS "nodesByFactType",
       (SELECT coalesce(jsonb_object_agg(link_type, count), '{}') FROM (
          SELECT link_type, count(*) FROM memory_links WHERE bank_key = $1 GROUP BY 1) types) AS "linksByType",
       (SELECT coalesce(jsonb_object_agg(status, count), '{}') FROM (
          SELECT status, count(*) FROM operations WHERE bank_key = $1 GROUP BY 1) states) AS "operationsByStatus",
       (SELECT coalesce(sum(least(units - 1, $2)), 0)::int FROM (
          SELECT count(*) AS units FROM unit_entities WHERE bank_key = $1 GROUP BY entity_id) shared) AS "entityLinks",
       (SELECT count(*)::int FROM documents WHERE bank_key = $1) AS "totalDocuments",
       units.*
     FROM (
       SELECT max(consolidated_at) AS "lastConsolidatedAt", max(updated_at) AS "lastMemoryWriteAt",
         (count(*) FILTER (WHERE consolidated_at IS NULL AND consolidation_failed_at IS NULL
           AND fact_type <> 'observation'))::int AS "pendingConsolidation",
         (count(*) FILTER (WHERE consolidation_failed_at IS NOT NULL
           AND fact_type <> 'observation'))::int AS "failedConsolidation"
       FROM memory_units WHERE bank_key = $1) units`,
    [bankKey, LINKS_PER_ENTITY],
  );
  const [row] = rows;
  if (!row) throw new Error("The statistics query returned no row");
  const { entityLinks, ...stats } = row;
  if (entityLinks > 0) stats.linksByType.entity = entityLinks;
  return stats;
}
