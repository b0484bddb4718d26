import type { AttachmentRecord } from "../../engine/attachments/read.ts";

/** Attachments as an answer lists them; null where there are none. */
export function toAttachments(bankId: string, attachments: readonly AttachmentRecord[] | undefined) {
  if (!attachments || attachments.length === 0) return null;
  return attachments.map((attachment) => ({
    id: attachment.attachmentId,
    hash: attachment.hash,
    kind: attachment.kind,
    media_type: attachment.mediaType,
    byte_size: attachment.byteSize,
    filename: attachment.filename,
    url: `/v1/default/banks/${segment(bankId)}/attachments/${attachment.attachmentId}`,
  }));
}

/** Where only what has attachments speaks of them. */
export function shown(attachments: ReturnType<typeof toAttachments>) {
  return attachments ? { attachments } : {};
}

/** Only what needs no escaping anywhere is left as it is. */
function segment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
