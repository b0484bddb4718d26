import {
  insertAttachments,
  listAttachments,
  type NewAttachment,
  takenDocumentIds,
} from "../../store/attachments.ts";
import { type BankRow, findBank, lockBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { ensureBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { derivedUuid } from "../ids.ts";
import { sanitizeText } from "../sanitize.ts";
import type { BankAddress, RetainItem } from "../types.ts";
import { type FlatContent, flattenContent, type ItemContent } from "./content-blocks.ts";
import { looksForged, placeholderIds } from "./placeholders.ts";

/** An item as it was sent. */
export interface ReceivedItem extends Omit<RetainItem, "content" | "attachmentFilenames"> {
  content: ItemContent;
}

/**
 * Makes items of what was sent, with one text each. Attachments are stored at once, for the documents that are to show them:
 * what is queued and what is tried again carries no bytes. A bank is made when there are any. An item with attachments gets a
 * document of its own, where it names none.
 *
 * @throws EngineError `invalid_value` for bad attachments, `unprocessable` when nobody can look at them.
 */
export async function receiveItems(
  context: EngineContext,
  address: BankAddress,
  items: readonly ReceivedItem[],
): Promise<RetainItem[]> {
  const owned = await attachmentsOwned(context, address, items);
  const flat = items.map((item, index) => {
    const path = `items[${index}].content`;
    const allowed = new Set(owned.get(item.documentId ?? "")?.keys());
    return storable(flattenContent(item.content, context.settings.retain, { allowed, path }), path);
  });
  if (flat.every(({ attachments }) => attachments.length === 0)) {
    return items.map((item, index) => toItem(item, flat[index], owned));
  }
  requireEyes(context);
  const bank = await ensureBank(context, address);
  return context.database.transaction(async (tx) => {
    await lockBank(tx, bank.bankKey);
    const documentIds = await idsOf(tx, bank, items, flat);
    await insertAttachments(tx, bank.bankKey, newAttachments(flat, documentIds), context.clock.now());
    return items.map((item, index) => ({
      ...toItem(item, flat[index], owned),
      ...(documentIds[index] !== undefined && { documentId: documentIds[index] }),
    }));
  });
}

/** @throws EngineError `unprocessable` when the model sees no images, or nobody knows whether it does. */
export function requireEyes({ llm, settings }: EngineContext): void {
  if (llm?.seesImages && !settings.retain.batchApi) return;
  const reason =
    llm?.seesImages === undefined || llm.seesImages === null
      ? "it is not known whether the model that reads them can see; set HINDSIGHT_API_LLM_VISION=true if it can"
      : "the model that reads them cannot see, or cannot be sent any";
  throw new EngineError("unprocessable", `The content has attachments, but ${reason}`);
}

/** Names lose what any text loses without a word; what nothing can store is refused. */
function storable({ text, attachments }: FlatContent, path: string): FlatContent {
  const named = attachments.map((attachment) => {
    const { filename, blockIndex } = attachment;
    if (filename === null) return attachment;
    if (/[\0\p{Surrogate}]/u.test(filename)) {
      const reason = "the filename holds a character that cannot be stored";
      throw new EngineError("invalid_value", `${path}[${blockIndex}]: ${reason}`);
    }
    return { ...attachment, filename: sanitizeText(filename) };
  });
  return { text, attachments: named };
}

/** By document and id, the names of attachments. */
type OwnedAttachments = Map<string, Map<string, string | null>>;

/** The attachments of documents whose own text may have been sent again. */
async function attachmentsOwned(
  { database }: EngineContext,
  address: BankAddress,
  items: readonly ReceivedItem[],
): Promise<OwnedAttachments> {
  const owned: OwnedAttachments = new Map();
  const sentAgain = items.flatMap(({ documentId, content }) =>
    documentId !== undefined && typeof content === "string" && looksForged(content) ? documentId : [],
  );
  const bank = sentAgain.length > 0 ? await findBank(database, address) : undefined;
  if (!bank) return owned;
  for (const { documentId, attachmentId, filename } of await listAttachments(
    database,
    bank.bankKey,
    sentAgain,
  )) {
    const names = owned.get(documentId) ?? new Map<string, string | null>();
    owned.set(documentId, names.set(attachmentId, filename));
  }
  return owned;
}

/** The documents of items, where they name one or have attachments. */
async function idsOf(
  tx: Queryable,
  bank: BankRow,
  items: readonly ReceivedItem[],
  flat: readonly FlatContent[],
): Promise<(string | undefined)[]> {
  const given = new Set<string>();
  const ids: (string | undefined)[] = [];
  for (const [index, { documentId }] of items.entries()) {
    const content = flat[index];
    if (documentId !== undefined || !content || content.attachments.length === 0) {
      ids.push(documentId);
      continue;
    }
    const id = await generateId(tx, bank, content.text, given);
    given.add(id);
    ids.push(id);
  }
  return ids;
}

/** A function of the text, and the first such id that the bank has no document of. */
async function generateId(
  tx: Queryable,
  bank: BankRow,
  text: string,
  given: ReadonlySet<string>,
): Promise<string> {
  for (let first = 0, count = 1; ; first += count, count *= 4) {
    const ids = Array.from(
      { length: count },
      (_, index) => `retain_${derivedUuid(bank.idSeed, "attached", text, first + index)}`,
    );
    const taken = await takenDocumentIds(tx, bank.bankKey, ids);
    const free = ids.find((id) => !taken.has(id) && !given.has(id));
    if (free !== undefined) return free;
  }
}

function newAttachments(
  flat: readonly FlatContent[],
  documentIds: readonly (string | undefined)[],
): NewAttachment[] {
  return flat.flatMap(({ attachments }, index) => {
    const documentId = documentIds[index];
    if (documentId === undefined) return [];
    return attachments.map(({ blockIndex, ...attachment }) => ({ ...attachment, documentId }));
  });
}

function toItem(item: ReceivedItem, flat: FlatContent | undefined, owned: OwnedAttachments): RetainItem {
  const text = flat?.text ?? "";
  const kept = owned.get(item.documentId ?? "");
  const names = new Map<string, string | null>();
  // The first name that an item gives an attachment counts.
  for (const { attachmentId, filename } of flat?.attachments ?? []) {
    if (!names.has(attachmentId)) names.set(attachmentId, filename);
  }
  for (const id of placeholderIds(text)) if (!names.get(id)) names.set(id, kept?.get(id) ?? null);
  const filenames = Object.fromEntries(
    [...names].flatMap(([id, filename]) => (filename ? [[id, filename]] : [])),
  );
  return {
    ...item,
    content: text,
    ...(Object.keys(filenames).length > 0 && { attachmentFilenames: filenames }),
  };
}
