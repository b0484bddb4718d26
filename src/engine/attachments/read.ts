import {
  type AttachmentRecord,
  findShown,
  listAttachments,
  loadAttachments,
  type ShownBy,
  type StoredAttachment,
} from "../../store/attachments.ts";
import { findBank } from "../../store/banks.ts";
import { listUnitAttachments } from "../../store/unit-attachments.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import type { BankAddress } from "../types.ts";
import { placeholderIds } from "./placeholders.ts";

export type { AttachmentRecord };

/** What is shown beside a thing that attachments belong to, by the thing's id; what has none is missing. */
export type AttachmentsById = ReadonlyMap<string, AttachmentRecord[]>;

/** An attachment of any of the bank's documents. @throws EngineError `not_found`, also where the bank does not exist. */
export async function readAttachment(
  { database }: EngineContext,
  address: BankAddress,
  attachmentId: string,
): Promise<StoredAttachment> {
  const bank = await findBank(database, address);
  const [attachment] = bank ? await loadAttachments(database, bank.bankKey, [attachmentId], null) : [];
  if (!attachment) throw new EngineError("not_found", `Attachment '${attachmentId}' not found`);
  return attachment;
}

/** The attachments of a document. */
export async function documentAttachments(
  { database }: EngineContext,
  address: BankAddress,
  documentId: string,
): Promise<AttachmentRecord[]> {
  const bank = await findBank(database, address);
  return bank ? listAttachments(database, bank.bankKey, [documentId]) : [];
}

/** A text in which placeholders may stand. */
interface ShowingText {
  id: string;
  /** The document whose own attachments are preferred; null: none's. */
  documentId: string | null;
  text: string;
}

/** The attachments whose placeholders stand in texts, in the order in which they first do. */
export async function textAttachments(
  { database }: EngineContext,
  address: BankAddress,
  texts: readonly ShowingText[],
): Promise<AttachmentsById> {
  const shown = texts.flatMap(({ id, documentId, text }) =>
    placeholderIds(text).map((attachmentId) => ({ id, documentId, attachmentId })),
  );
  const bank = shown.length > 0 ? await findBank(database, address) : undefined;
  return bank ? group(shown, await findShown(database, bank.bankKey, shown)) : new Map();
}

/** The attachments that memory units were drawn from; those of an observation are its sources', in their order. */
export async function unitAttachments(
  { database }: EngineContext,
  address: BankAddress,
  unitIds: readonly string[],
): Promise<AttachmentsById> {
  const bank = unitIds.length > 0 ? await findBank(database, address) : undefined;
  if (!bank) return new Map();
  const shown = await listUnitAttachments(database, bank.bankKey, unitIds);
  return group(shown, await findShown(database, bank.bankKey, shown));
}

/** Each attachment once for each thing. */
function group(
  shown: readonly (ShownBy & { id: string })[],
  found: readonly (AttachmentRecord & { shownBy: number })[],
): AttachmentsById {
  const byId = new Map<string, Map<string, AttachmentRecord>>();
  for (const { shownBy, ...attachment } of found) {
    const id = shown[shownBy]?.id ?? "";
    const attachments = byId.get(id) ?? new Map<string, AttachmentRecord>();
    byId.set(id, attachments.set(attachment.attachmentId, attachment));
  }
  return new Map([...byId].map(([id, attachments]) => [id, [...attachments.values()]]));
}
