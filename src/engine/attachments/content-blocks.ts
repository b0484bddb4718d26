import { createHash } from "node:crypto";
import { EngineError } from "../errors.ts";
import { ID_LENGTH, placeholderOf, withoutForged } from "./placeholders.ts";

/** A part of an item's content. */
export type ContentBlock =
  | { type: "text"; text: string }
  | { type: "image" | "file"; mediaType: string; base64: string; filename: string | null };

/** What an item says: a text, or texts with attachments between them. */
export type ItemContent = string | readonly ContentBlock[];

export interface AttachmentLimits {
  /** Attachments of one item. */
  attachmentMaxCount: number;
  /** Bytes of one. */
  attachmentMaxBytes: number;
}

/** An attachment that came with an item. */
export interface ReceivedAttachment {
  attachmentId: string;
  hash: string;
  kind: "image" | "file";
  mediaType: string;
  filename: string | null;
  content: Buffer;
  /** Place of its block in the content. */
  blockIndex: number;
}

/** Content as one text, in which placeholders stand for the attachments. */
export interface FlatContent {
  text: string;
  /** As they stand in the text: one that stands there twice comes twice. */
  attachments: ReceivedAttachment[];
}

/**
 * Makes one text of an item's content. Texts that follow one another are put together; an attachment stands in a paragraph of
 * its own. Placeholders that a text already holds are removed, unless the document has such an attachment.
 *
 * @param path what the content is called in an error.
 * @throws EngineError `invalid_value` for an attachment that is no base64, empty or too large, and for too many.
 */
export function flattenContent(
  content: ItemContent,
  limits: AttachmentLimits,
  { allowed, path }: { allowed: ReadonlySet<string>; path: string },
): FlatContent {
  if (typeof content === "string") return { text: withoutForged(content, allowed), attachments: [] };
  let text = "";
  let endsWithAttachment = false;
  const attachments: ReceivedAttachment[] = [];
  for (const [blockIndex, block] of content.entries()) {
    if (block.type === "text") {
      if (endsWithAttachment) text = closed(text);
      text += withoutForged(block.text, allowed);
      endsWithAttachment = false;
      continue;
    }
    if (attachments.length === limits.attachmentMaxCount) {
      throw new EngineError(
        "invalid_value",
        `${path} has more than ${limits.attachmentMaxCount} attachments`,
      );
    }
    const attachment = receive(block, blockIndex, limits, `${path}[${blockIndex}]`);
    attachments.push(attachment);
    text = closed(text) + placeholderOf(attachment.attachmentId);
    endsWithAttachment = true;
  }
  return { text, attachments };
}

/** The text with its last paragraph ended. */
function closed(text: string): string {
  return text === "" ? "" : `${text.replace(/\n+$/, "")}\n\n`;
}

function receive(
  block: Exclude<ContentBlock, { type: "text" }>,
  blockIndex: number,
  { attachmentMaxBytes }: AttachmentLimits,
  path: string,
): ReceivedAttachment {
  const content = decodeBase64(block.base64);
  if (!content) throw new EngineError("invalid_value", `${path}: the data is no base64`);
  if (content.length === 0) throw new EngineError("invalid_value", `${path}: the attachment is empty`);
  if (content.length > attachmentMaxBytes) {
    const limit = attachmentMaxBytes / 1024 / 1024;
    throw new EngineError("invalid_value", `${path}: the attachment is larger than ${limit} MB`);
  }
  const hash = createHash("sha256").update(content).digest("hex");
  return {
    attachmentId: hash.slice(0, ID_LENGTH),
    hash,
    kind: block.type,
    mediaType: block.mediaType,
    filename: block.filename,
    content,
    blockIndex,
  };
}

/** Buffer itself overlooks what is no base64. Behind whole groups of four, padding is overlooked here too. */
function decodeBase64(text: string): Buffer | undefined {
  const data = text.replace(/=+$/, "");
  const padding = text.length - data.length;
  if (/[^A-Za-z0-9+/]/.test(data)) return undefined;
  const over = data.length % 4;
  const isSound = over === 0 ? data !== "" || padding === 0 : padding === 4 - over && padding < 3;
  return isSound ? Buffer.from(data, "base64") : undefined;
}
