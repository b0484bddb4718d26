import { eventDate, withTags } from "../retain/item-source.ts";
import { parseIso } from "../retain/moment.ts";
import type { ItemTimestamp, ObservationScopes, RetainItem } from "../types.ts";

/** An item as it stands in an operation's payload: only what the caller set, under the names of the wire. */
interface PayloadItem {
  content: string;
  attachment_filenames?: Record<string, string>;
  /** ISO with the caller's own offset; null: it has no date; absent: none was given. */
  event_date?: string | null;
  context?: string;
  document_id?: string;
  metadata?: Record<string, string>;
  tags?: string[];
  entities?: { text: string; type: string }[];
  resolve_entities?: boolean;
  observation_scopes?: ObservationScopes;
  update_mode?: "replace" | "append";
  force_reextract?: boolean;
  strategy?: string;
}

/** What a worker executes for a child of an asynchronous retain. */
export interface RetainPayload extends Record<string, unknown> {
  type: "batch_retain";
  bank_id: string;
  operation_id: string;
  contents: PayloadItem[];
  /** What every item gets beside its own tags. */
  document_tags?: string[];
  strategy?: string;
}

export function isRetainPayload(payload: Record<string, unknown>): payload is RetainPayload {
  return payload.type === "batch_retain" && Array.isArray(payload.contents);
}

export function toPayloadItem(item: RetainItem): PayloadItem {
  return {
    content: item.content,
    ...(item.attachmentFilenames && { attachment_filenames: item.attachmentFilenames }),
    ...eventDate(item.timestamp),
    ...(item.context !== undefined && { context: item.context }),
    ...(item.documentId !== undefined && { document_id: item.documentId }),
    ...(item.metadata && { metadata: item.metadata }),
    ...(item.tags.length > 0 && { tags: item.tags }),
    ...(item.entities && { entities: item.entities, resolve_entities: item.resolveEntities }),
    ...(item.observationScopes && { observation_scopes: item.observationScopes }),
    ...(item.updateMode && { update_mode: item.updateMode }),
    ...(item.forceReextract && { force_reextract: true }),
    ...(item.strategy && { strategy: item.strategy }),
  };
}

/** All items of a payload, with all their tags. */
export function payloadItems({ contents, document_tags }: RetainPayload): RetainItem[] {
  return withTags(contents.map(fromPayloadItem), document_tags ?? []);
}

export function fromPayloadItem(item: PayloadItem): RetainItem {
  return {
    content: item.content,
    ...(item.attachment_filenames && { attachmentFilenames: item.attachment_filenames }),
    timestamp: toTimestamp(item.event_date),
    ...(item.context !== undefined && { context: item.context }),
    ...(item.document_id !== undefined && { documentId: item.document_id }),
    ...(item.metadata && { metadata: item.metadata }),
    tags: item.tags ?? [],
    ...(item.entities && { entities: item.entities }),
    resolveEntities: item.resolve_entities ?? true,
    ...(item.observation_scopes && { observationScopes: item.observation_scopes }),
    ...(item.update_mode && { updateMode: item.update_mode }),
    ...(item.force_reextract && { forceReextract: true }),
    ...(item.strategy !== undefined && { strategy: item.strategy }),
  };
}

function toTimestamp(date: string | null | undefined): ItemTimestamp {
  if (date === undefined) return { kind: "absent" };
  const moment = date === null ? undefined : parseIso(date);
  return moment ? { kind: "at", ...moment } : { kind: "unset" };
}
