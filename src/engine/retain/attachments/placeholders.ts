/** An attachment stands in its document's text as `⟦hs-att:<id>⟧`. */

const PLACEHOLDER = /⟦hs-att:([0-9a-f]{12})⟧/g;
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

/** The text as a fact shows it, in which an id says nothing. */
export function describePlaceholders(text: string): string {
  return text.replace(PLACEHOLDER, "[attachment]");
}
