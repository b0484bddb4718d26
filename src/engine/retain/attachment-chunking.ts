import { splitAtPlaceholders } from "../attachments/placeholders.ts";
import { codePointLength } from "./code-points.ts";
import { splitText } from "./text-splitting.ts";

/** Prose that does not fit goes on in the open chunk when at least this share of it is still free. */
const USEFUL_SHARE = 4;

/**
 * Chunks a text with attachments: prose and placeholders are packed in order, up to the limit in characters (code points) and
 * in attachments. A placeholder stays whole, and as near to the prose around it as can be.
 */
export function chunkAroundAttachments(text: string, limit: number, maxAttachments: number): string[] {
  const chunks: string[] = [];
  let packed = "";
  let size = 0;
  let attachments = 0;
  const flush = () => {
    const chunk = packed.trim();
    if (chunk !== "") chunks.push(chunk);
    packed = "";
    size = 0;
    attachments = 0;
  };
  const add = (piece: string) => {
    if (packed !== "" && size + codePointLength(piece) > limit) flush();
    packed += piece;
    size += codePointLength(piece);
  };
  for (const run of splitAtPlaceholders(text)) {
    if (run.attachmentId !== undefined) {
      if (packed !== "" && attachments + 1 > maxAttachments) flush();
      add(run.text);
      attachments += 1;
      continue;
    }
    if (size + codePointLength(run.text) <= limit) {
      add(run.text);
      continue;
    }
    const room = limit - size;
    const goesOn = packed !== "" && room >= Math.max(Math.floor(limit / USEFUL_SHARE), 1);
    if (!goesOn) flush();
    for (const piece of splitText(run.text, goesOn ? room : limit)) add(piece);
  }
  flush();
  return chunks;
}
