import { packByTokens } from "../../tokens/pack.ts";
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
 * @param batchTokens the tokens of content that one pass takes, unless a single item is larger.
 * @returns passes to run one after the other: a pass extracts all of its documents before it stores one. Where an id occurs
 * twice, each document is a pass.
 */
export async function planPasses(
  items: readonly RetainItem[],
  batchTokens: number,
): Promise<DocumentPlan[][]> {
  const ids = items.flatMap(({ documentId }) => documentId ?? []);
  if (new Set(ids).size < ids.length) return planDocuments(items).map((document) => [document]);
  const batches = await packByTokens(items, ({ content }) => content, batchTokens);
  return batches.map((batch) => planDocuments(batch.items));
}

/** Items without an id make one document where none has an id, and one each otherwise. */
function planDocuments(items: readonly RetainItem[]): DocumentPlan[] {
  if (items.every((item) => item.documentId === undefined)) {
    return [{ documentId: undefined, items: [...items] }];
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
  return documents;
}
