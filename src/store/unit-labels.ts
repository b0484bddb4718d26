import type { Queryable } from "./database.ts";
import type { ObservationScopes } from "./observation-scopes.ts";

/** What facts were given besides their text. */
export interface LabelGroup {
  tags: string[];
  scopes: ObservationScopes | null;
  metadata: Record<string, string>;
}

/** A change of all facts that were given the same. */
export interface LabelChange {
  from: LabelGroup;
  to: LabelGroup;
  /** Whether their observations belong elsewhere then: they are to be consolidated again. */
  moves: boolean;
  /** Whether they count as written. */
  touches: boolean;
}

/** What the facts of a document were given, each combination once. */
export async function listLabelGroups(
  db: Queryable,
  bankKey: string,
  documentId: string,
): Promise<LabelGroup[]> {
  const { rows } = await db.query<LabelGroup>(
    `SELECT tags, observation_scopes AS scopes, metadata FROM memory_units
     WHERE bank_key = $1 AND document_id = $2 GROUP BY tags, observation_scopes, metadata`,
    [bankKey, documentId],
  );
  return rows;
}

/** Changes the facts of a document. Those that do not count as written keep their revision. @returns the ids of those that move. */
export async function relabelUnits(
  db: Queryable,
  bankKey: string,
  documentId: string,
  changes: readonly LabelChange[],
  { now, revision }: { now: Date; revision: string },
): Promise<string[]> {
  const { rows } = await db.query<{ unitId: string; moves: boolean }>(
    `UPDATE memory_units u SET tags = ARRAY(SELECT jsonb_array_elements_text(c.tags)), observation_scopes = c.scopes,
       metadata = c.metadata, updated_at = CASE WHEN c.touches THEN $3 ELSE u.updated_at END,
       consolidated_at = CASE WHEN c.moves THEN NULL ELSE u.consolidated_at END,
       revision = CASE WHEN c.touches THEN $4 ELSE u.revision END
     FROM unnest($5::jsonb[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::jsonb[], $10::jsonb[], $11::boolean[], $12::boolean[])
       AS c (old_tags, old_scopes, old_metadata, tags, scopes, metadata, moves, touches)
     WHERE u.bank_key = $1 AND u.document_id = $2 AND to_jsonb(u.tags) = c.old_tags
       AND coalesce(u.observation_scopes, 'null') = coalesce(c.old_scopes, 'null') AND u.metadata = c.old_metadata
     RETURNING u.unit_id AS "unitId", c.moves`,
    [
      bankKey,
      documentId,
      now,
      revision,
      changes.map(({ from }) => JSON.stringify(from.tags)),
      changes.map(({ from }) => from.scopes && JSON.stringify(from.scopes)),
      changes.map(({ from }) => JSON.stringify(from.metadata)),
      changes.map(({ to }) => JSON.stringify(to.tags)),
      changes.map(({ to }) => to.scopes && JSON.stringify(to.scopes)),
      changes.map(({ to }) => JSON.stringify(to.metadata)),
      changes.map(({ moves }) => moves),
      changes.map(({ touches }) => touches),
    ],
  );
  return rows.filter(({ moves }) => moves).map(({ unitId }) => unitId);
}
