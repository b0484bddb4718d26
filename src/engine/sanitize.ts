import { isJsonObject } from "../json-object.ts";
import type { RetainItem } from "./types.ts";

/** Control characters of ASCII, but for tabs and line ends, and halves of surrogate pairs. */
const HARMFUL = /(?![\t\n\r\x80-\x9f])[\p{Cc}\p{Surrogate}]/gu;

/** Removes what Postgres cannot store, and what breaks those that print or embed a text. */
export function sanitizeText(text: string): string {
  return text.replace(HARMFUL, "");
}

/** The same for every text and key in a JSON value. */
export function sanitizeValue(value: unknown): unknown {
  if (typeof value === "string") return sanitizeText(value);
  if (Array.isArray(value)) return value.map(sanitizeValue);
  return isJsonObject(value) ? sanitizeObject(value) : value;
}

export function sanitizeObject(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [sanitizeText(key), sanitizeValue(field)]),
  );
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
