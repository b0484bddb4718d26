import type { DocumentPlan } from "../documents.ts";
import type { DefenseAction } from "./policy.ts";
import { BlockedError, screenItems } from "./screen-items.ts";

export interface ScreenedPass {
  /** The documents that may be stored, with what may be stored of them. */
  documents: DocumentPlan[];
  /** Set when a document must not be stored at all: the others are stored, and then it is thrown. */
  blocked: BlockedError | undefined;
}

/** Screens the documents of a pass, each for itself. */
export function screenPass(pass: readonly DocumentPlan[], action: DefenseAction): ScreenedPass {
  const screened: ScreenedPass = { documents: [], blocked: undefined };
  for (const document of pass) {
    try {
      screened.documents.push({ ...document, items: screenItems(document.items, action) });
    } catch (error) {
      if (!(error instanceof BlockedError)) throw error;
      screened.blocked ??= error;
    }
  }
  return screened;
}
