import { createHash } from "node:crypto";

/** SHA-256 in hex: of a document's or a chunk's text. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
