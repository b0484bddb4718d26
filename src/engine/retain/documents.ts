import type { RetainItem } from "../types.ts";

/** The items of a retain that make one document. */
export interface DocumentPlan {
  /** undefined: an id is generated. */
  documentId: string | undefined;
  /** Folded into the document in this order. */
  items: RetainItem[];
}

/**
 * Sorts the items of a retain into documents.
 *
 * @returns passes to run one after the other: a pass extracts all of its documents before it stores one. There is one pass,
 * unless an id occurs twice.
 */
export function planDocuments(items: readonly RetainItem[]): DocumentPlan[][] {
  if (items.every((item) => item.documentId === undefined)) {
    return [[{ documentId: undefined, items: [...items] }]];
  }
  const byId = new Map<string, DocumentPlan>();
  const documents: DocumentPlan[] = [];
  for (const item of items) {
    const known = item.documentId === undefined ? undefined : byId.get(item.documentId);
    if (known) {
      known.items.push(item);
      continue;
    }
    const document = { documentId: item.documentId, items: [item] };
    if (item.documentId !== undefined) byId.set(item.documentId, document);
    documents.push(document);
  }
  const isFolded = documents.some((document) => document.items.length > 1);
  return isFolded ? documents.map((document) => [document]) : [documents];
}
