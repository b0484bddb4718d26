import type { RetainItem } from "../types.ts";

/** Removes what Postgres cannot store: NUL, and halves of surrogate pairs. */
export function sanitizeText(text: string): string {
  return text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "");
}

export function sanitizeItem(item: RetainItem): RetainItem {
  return {
    ...item,
    content: sanitizeText(item.content),
    tags: item.tags.map(sanitizeText),
    ...(item.context !== undefined && { context: sanitizeText(item.context) }),
    ...(item.documentId !== undefined && { documentId: sanitizeText(item.documentId) }),
    ...(item.metadata && {
      metadata: Object.fromEntries(
        Object.entries(item.metadata).map(([key, value]) => [sanitizeText(key), sanitizeText(value)]),
      ),
    }),
    ...(item.entities && {
      entities: item.entities.map(({ text, type }) => ({
        text: sanitizeText(text),
        type: sanitizeText(type),
      })),
    }),
    ...(Array.isArray(item.observationScopes) && {
      observationScopes: item.observationScopes.map((scope) => scope.map(sanitizeText)),
    }),
  };
}
