import { loadAttachments } from "../../store/attachments.ts";
import type { Queryable } from "../../store/database.ts";

/** An attachment as a model is shown it. */
export interface ShownAttachment {
  kind: "image" | "file";
  mediaType: string;
  content: Uint8Array;
  filename: string | null;
}

/** Fetches attachments by id; those that are gone are missing. */
export type LoadAttachments = (ids: readonly string[]) => Promise<ReadonlyMap<string, ShownAttachment>>;

/**
 * Fetches attachments to be shown to a model.
 * @param filenames by id, what they were named in the write that is under way.
 */
export function attachmentLoader(
  db: Queryable,
  bankKey: string,
  documentId: string | undefined,
  filenames: Readonly<Record<string, string>>,
): LoadAttachments {
  return async (ids) => {
    const loaded = await loadAttachments(db, bankKey, ids, documentId ?? null);
    return new Map(
      loaded.map(({ attachmentId, kind, mediaType, content, filename }) => [
        attachmentId,
        { kind, mediaType, content, filename: filenames[attachmentId] ?? filename },
      ]),
    );
  };
}
