/** An attachment stands in its document's text as `⟦hs-att:<id>⟧`. */

/** The first digits of the hash are an attachment's id. */
export const ID_LENGTH = 12;

const PLACEHOLDER = /⟦hs-att:([0-9a-f]{12})⟧/g;
/** What looks like one, whatever it names. */
const LOOKALIKE = /⟦hs-att:[^⟧]*⟧/g;

export function placeholderOf(attachmentId: string): string {
  return `⟦hs-att:${attachmentId}⟧`;
}

/** The attachments that stand in a text, in order, each as often as it stands there. */
export function placeholderIds(text: string): string[] {
  return Array.from(text.matchAll(PLACEHOLDER), ([, id = ""]) => id);
}

/** A text in runs: prose, and placeholders with the attachment's id. */
export function splitAtPlaceholders(text: string): { text: string; attachmentId?: string }[] {
  const runs: { text: string; attachmentId?: string }[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) runs.push({ text: text.slice(end, match.index) });
    runs.push({ text: match[0], attachmentId: match[1] ?? "" });
    end = match.index + match[0].length;
  }
  if (end < text.length) runs.push({ text: text.slice(end) });
  return runs;
}

/** Whether a text has anything that looks like a placeholder. */
export function looksForged(text: string): boolean {
  return text.search(LOOKALIKE) !== -1;
}

/**
 * The text without placeholders that its author made up: nobody gets to see an attachment by naming it.
 * @param allowed ids that the document has already.
 */
export function withoutForged(text: string, allowed: ReadonlySet<string>): string {
  return text.replace(LOOKALIKE, (found) => {
    const [id] = placeholderIds(found);
    return id !== undefined && allowed.has(id) ? found : "";
  });
}

/** The text as a fact shows it, in which an id says nothing. */
export function describePlaceholders(text: string): string {
  return text.replace(PLACEHOLDER, "[attachment]");
}
