import type { ItemTimestamp, RetainItem } from "../types.ts";
import { formatIso, type Moment, parseIso } from "./moment.ts";

/** The item's date: null when the caller said that it has none. */
export function dateOf(timestamp: ItemTimestamp, now: Date): Moment | null {
  if (timestamp.kind === "unset") return null;
  if (timestamp.kind === "absent") return { instant: now, offsetMinutes: 0 };
  return { instant: timestamp.instant, offsetMinutes: timestamp.offsetMinutes };
}

/** What a document remembers of the item that it was made from; null: nothing was said of it. */
export function retainParams(item: RetainItem): Record<string, unknown> | null {
  const { timestamp } = item;
  const params = {
    ...(timestamp.kind === "at" && { event_date: formatIso(timestamp) }),
    ...(timestamp.kind === "unset" && { event_date: null }),
    ...(item.context !== undefined && { context: item.context }),
    ...(item.metadata && { metadata: item.metadata }),
    ...(item.entities && { entities: item.entities, resolve_entities: item.resolveEntities }),
    ...(item.observationScopes && { observation_scopes: item.observationScopes }),
    ...(item.strategy !== undefined && { strategy: item.strategy }),
  };
  return Object.keys(params).length > 0 ? params : null;
}

/**
 * The item that a stored text came from, so that appending to it does not change how the text is read. Tags, metadata and
 * scopes are those of the item that is appended: they are replaced.
 */
export function storedItem(
  content: string,
  params: Record<string, unknown>,
  appended: RetainItem,
): RetainItem {
  const { documentId, metadata, observationScopes, tags } = appended;
  return {
    content,
    timestamp: storedTimestamp(params.event_date),
    ...(typeof params.context === "string" && { context: params.context }),
    ...(metadata && { metadata }),
    ...(documentId !== undefined && { documentId }),
    ...(Array.isArray(params.entities) && { entities: params.entities as { text: string; type: string }[] }),
    resolveEntities: params.resolve_entities !== false,
    ...(observationScopes && { observationScopes }),
    tags,
    updateMode: "replace",
  };
}

function storedTimestamp(date: unknown): ItemTimestamp {
  if (date === null) return { kind: "unset" };
  const moment = typeof date === "string" ? parseIso(date) : undefined;
  return moment ? { kind: "at", ...moment } : { kind: "absent" };
}
