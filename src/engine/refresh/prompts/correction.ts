import type { StructuredDocument } from "../../mental-models/document/structure.ts";
import type { OperationRecord } from "../delta/apply.ts";

const SHOWN_LENGTH = 80;
const AGAIN =
  'Send the complete list again, with the operations that were in order, as one JSON object {"operations": [...]} and nothing else.';

/** After a reply that could not be read. */
export function refusalCorrection(faults: readonly string[]): string {
  return [
    "That reply cannot be used, and nothing of it was done. What is wrong with it:",
    ...faults.map((fault) => `- ${fault}`),
    "",
    `Each operation has exactly the keys of its line, and no others. ${AGAIN}`,
  ].join("\n");
}

/** After operations that name what the document does not have: it is told what it has. */
export function misdirectionCorrection(
  skipped: readonly OperationRecord[],
  document: StructuredDocument,
): string {
  const asked = new Set(skipped.map(({ section_id: id }) => id));
  return [
    "These operations do not fit the document, and would not be done:",
    ...skipped.map(({ reason, ...operation }) => `- ${JSON.stringify(operation)}: ${String(reason)}`),
    "",
    "The document has these sections and blocks:",
    ...document.sections.flatMap(({ id, heading, blocks }) => [
      `- section ${id}: ${heading}`,
      ...(asked.has(id)
        ? blocks.map((block) => `  - block ${block.id}: ${JSON.stringify(block.text.slice(0, SHOWN_LENGTH))}`)
        : []),
    ]),
    "",
    `Copy the ids from there. ${AGAIN}`,
  ].join("\n");
}
