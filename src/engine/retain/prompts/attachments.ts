/**
 * Without it models read past what is not text. Numbers tie a fact to what it was drawn from; a table's rows are asked for one
 * by one, because a summary cannot be searched for a row.
 */
export function attachmentsNote(count: number): string {
  const numbers =
    count === 1 ? "It is number 1" : `They are numbered from 1 to ${count} in the order in which they appear`;
  return `The text holds ${count === 1 ? "one attachment" : `${count} attachments`}, each where it stood. Read what they show as if it were
written there; of a table, a form or a chart, state each row or value as a fact of its own, with its label. ${numbers}.
from_attachments: the numbers of those without which the fact could not be stated; otherwise empty.`;
}
