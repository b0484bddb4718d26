import type { StoredDocument } from "../../store/documents.ts";
import type { RetainItem } from "../types.ts";
import { objectArrayElements, toArrayText } from "./json-text.ts";

/** What a document is to be made of: its whole text, and the parts that are read on their own. */
export interface DocumentContent {
  text: string;
  /** In order; each is chunked by itself. */
  parts: RetainItem[];
}

export function joinItems(items: readonly RetainItem[]): DocumentContent {
  return { text: items.map((item) => item.content).join("\n"), parts: [...items] };
}

/**
 * A stored document with items appended to it. Conversations in JSON become one; other text is joined by a line break, and
 * its parts are still read apart, the stored one as if it came with the first item.
 */
export function appendItems(stored: StoredDocument, items: readonly RetainItem[]): DocumentContent {
  const [first] = items;
  if (!first || stored.originalText === null) return joinItems(items);
  const old: RetainItem = { ...first, content: stored.originalText };
  const conversations = [old, ...items].map((part) => objectArrayElements(part.content));
  if (conversations.every((turns) => turns !== undefined)) {
    const text = toArrayText(conversations.flat());
    return { text, parts: [{ ...first, content: text }] };
  }
  return joinItems([old, ...items]);
}
