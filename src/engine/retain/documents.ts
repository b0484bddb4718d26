import { packByTokens } from "../../tokens/pack.ts";
import type { RetainItem } from "../types.ts";
import type { SourceChunk } from "./content.ts";

/** The items of a retain that make one document. */
export interface DocumentPlan {
  /** undefined: an id is generated. */
  documentId: string | undefined;
  /** Folded into the document in this order. */
  items: RetainItem[];
  /** A single item that is more than one pass takes: its chunks are extracted run by run. */
  isOversized: boolean;
  /** The only chunks that the document holds, though it keeps the whole text. */
  onlyRun?: SourceChunk[];
}

/**
 * Sorts the items of a retain into documents.
 *
 * @param budget the tokens that one pass takes.
 * @returns passes to run one after the other: the documents of a pass are extracted at the same time. Where an id occurs twice
 * every document is a pass alone, whatever its size.
 */
export async function planPasses(items: readonly RetainItem[], budget: number): Promise<DocumentPlan[][]> {
  const ids = items.flatMap(({ documentId }) => documentId ?? []);
  if (new Set(ids).size < ids.length) return documentsOf(items).map((document) => [document]);
  const batches = await packByTokens(items, ({ content }) => content, budget);
  return batches.map(({ items: packed, tokens }) =>
    tokens > budget
      ? documentsOf(packed).map((plan) => ({ ...plan, isOversized: true }))
      : documentsOf(packed),
  );
}

/** Items without an id make one document when no item has one, and otherwise one each. */
function documentsOf(items: readonly RetainItem[]): DocumentPlan[] {
  if (items.every(({ documentId }) => documentId === undefined)) {
    return [{ documentId: undefined, items: [...items], isOversized: false }];
  }
  const byId = new Map<string, DocumentPlan>();
  const documents: DocumentPlan[] = [];
  for (const item of items) {
    const { documentId } = item;
    const known = documentId === undefined ? undefined : byId.get(documentId);
    if (known) {
      known.items.push(item);
      continue;
    }
    const document = { documentId, items: [item], isOversized: false };
    if (documentId !== undefined) byId.set(documentId, document);
    documents.push(document);
  }
  return documents;
}

/** Of the items of a document the first that says it decides. */
export function isAppend(items: readonly RetainItem[]): boolean {
  return items.find(({ updateMode }) => updateMode !== undefined)?.updateMode === "append";
}
