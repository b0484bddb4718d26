import { utcDate } from "../iso-date.ts";

/** What happened to a document, or to one of its facts. */
export type DocumentEventKind =
  | "retain"
  | "append"
  | "reprocess"
  | "retag"
  | "fact_edited"
  | "fact_invalidated"
  | "fact_restored"
  | "fact_deleted"
  | "observations_cleared"
  | "consolidation";

/** Observations that an event made, changed or removed. */
interface ObservationChange {
  count: number;
  ids: string[];
}

/** An entry of a document's history, as it stands in the metadata of the operation that it belongs to. */
export interface DocumentEvent {
  document_id: string;
  kind: DocumentEventKind;
  fact_id: string | null;
  facts_added: number;
  facts_removed: number;
  observations_created: ObservationChange;
  observations_updated: ObservationChange;
  observations_removed: ObservationChange;
  /** Ends in `Z`, unlike all other dates. */
  created_at: string;
}

/** An event with nothing but what is given. */
export function documentEvent(
  documentId: string,
  kind: DocumentEventKind,
  now: Date,
  details: {
    factId?: string;
    factsAdded?: number;
    factsRemoved?: number;
    removedObservationIds?: readonly string[];
  } = {},
): DocumentEvent {
  return {
    document_id: documentId,
    kind,
    fact_id: details.factId ?? null,
    facts_added: details.factsAdded ?? 0,
    facts_removed: details.factsRemoved ?? 0,
    observations_created: observations([]),
    observations_updated: observations([]),
    observations_removed: observations(details.removedObservationIds ?? []),
    created_at: utcDate(now),
  };
}

function observations(ids: readonly string[]): ObservationChange {
  return { count: ids.length, ids: [...ids] };
}
