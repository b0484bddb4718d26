import type { Queryable } from "./database.ts";
import { MENTAL_MODEL_COLUMNS, type MentalModelRow } from "./mental-models.ts";

/** A mental model that is refreshed by a schedule. */
export interface ScheduledModel {
  bankKey: string;
  sandboxId: string;
  mentalModelId: string;
  refreshCron: string | null;
  fullRefreshCron: string | null;
  lastRefreshedAt: Date;
  lastFullRefreshedAt: Date | null;
}

/**
 * The mental models that have a schedule, of all banks or those of a sandbox, but for those whose refresh waits or runs, and
 * those whose last one failed.
 */
export async function listScheduledModels(
  db: Queryable,
  sandboxId: string | null,
): Promise<ScheduledModel[]> {
  const { rows } = await db.query<ScheduledModel>(
    `SELECT bank_key AS "bankKey", sandbox_id AS "sandboxId", mental_model_id AS "mentalModelId",
       trigger->>'refresh_cron' AS "refreshCron", trigger->>'full_refresh_cron' AS "fullRefreshCron",
       last_refreshed_at AS "lastRefreshedAt", last_full_refreshed_at AS "lastFullRefreshedAt"
     FROM mental_models m JOIN banks b USING (bank_key)
     WHERE ($1::text IS NULL OR sandbox_id = $1)
       AND (trigger->>'refresh_cron' IS NOT NULL OR trigger->>'full_refresh_cron' IS NOT NULL)
       AND last_refresh_failed_at IS NULL
       AND NOT EXISTS (
         SELECT FROM operations o
         WHERE o.bank_key = m.bank_key AND o.serialization_key = 'mental_model:' || mental_model_id
           AND o.operation_type = 'refresh_mental_model' AND o.status IN ('pending', 'processing'))
     ORDER BY bank_key, mental_model_id COLLATE "C"`,
    [sandboxId],
  );
  return rows;
}

/**
 * The mental models that are refreshed after consolidations, but for those whose last refresh failed; and whether their tags
 * tell of a consolidation of memories with these tags (none: of untagged ones alone).
 */
export async function listFollowingModels(
  db: Queryable,
  bankKey: string,
  tags: readonly string[],
): Promise<(MentalModelRow & { isConcerned: boolean })[]> {
  const { rows } = await db.query<MentalModelRow & { isConcerned: boolean }>(
    `SELECT ${MENTAL_MODEL_COLUMNS},
       coalesce(tags = '{}' OR tags && $2 OR trigger->'tag_groups' <> 'null', false) AS "isConcerned"
     FROM mental_models
     WHERE bank_key = $1 AND trigger @> '{"refresh_after_consolidation": true}'
       AND last_refresh_failed_at IS NULL
     ORDER BY mental_model_id COLLATE "C"`,
    [bankKey, tags],
  );
  return rows;
}

/** The mental models of a bank that are refreshed without being asked to: after consolidations, or by a schedule. */
export async function listSelfRefreshing(db: Queryable, bankKey: string): Promise<MentalModelRow[]> {
  const { rows } = await db.query<MentalModelRow>(
    `SELECT ${MENTAL_MODEL_COLUMNS} FROM mental_models
     WHERE bank_key = $1
       AND (trigger @> '{"refresh_after_consolidation": true}' OR trigger->>'refresh_cron' IS NOT NULL)
     ORDER BY mental_model_id COLLATE "C"`,
    [bankKey],
  );
  return rows;
}
