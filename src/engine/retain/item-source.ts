import type { ItemTimestamp, RetainItem } from "../types.ts";
import { formatAsWritten, type Moment } from "./moment.ts";

/** The item's date: null when the caller said that it has none. */
export function dateOf(timestamp: ItemTimestamp, now: Date): Moment | null {
  if (timestamp.kind === "unset") return null;
  if (timestamp.kind === "absent") return { instant: now, offsetMinutes: 0 };
  return { instant: timestamp.instant, offsetMinutes: timestamp.offsetMinutes };
}

/** Gives all items tags beside their own. */
export function withTags(items: readonly RetainItem[], tags: readonly string[]): RetainItem[] {
  return items.map((item) => ({ ...item, tags: [...new Set([...item.tags, ...tags])] }));
}

/** The names that the items of a document give its attachments, by id. */
export function filenamesOf(items: readonly RetainItem[]): Record<string, string> {
  return Object.assign({}, ...items.map((item) => item.attachmentFilenames));
}

/** What a document remembers of the item that it was made from; null: nothing was said of it. */
export function retainParams(item: RetainItem): Record<string, unknown> | null {
  const params = {
    ...eventDate(item.timestamp),
    ...(item.context !== undefined && { context: item.context }),
    ...(item.metadata && Object.keys(item.metadata).length > 0 && { metadata: item.metadata }),
    ...(item.entities && { entities: item.entities, resolve_entities: item.resolveEntities }),
    ...(item.observationScopes && { observation_scopes: item.observationScopes }),
    ...(item.strategy && { strategy: item.strategy }),
    ...(item.attachmentFilenames && { attachment_filenames: item.attachmentFilenames }),
  };
  return Object.keys(params).length > 0 ? params : null;
}

/** The date as the caller gave it: nothing, or null for none. */
export function eventDate(timestamp: ItemTimestamp): { event_date?: string | null } {
  if (timestamp.kind === "absent") return {};
  return { event_date: timestamp.kind === "unset" ? null : formatAsWritten(timestamp) };
}
