import type { Fact } from "./evidence.ts";
import type { Question } from "./question.ts";
import { rankForDocument } from "./ranking.ts";

const MOST = 40;

/** What bears on a question, a line each with dates and ids: for somebody who sees no more than these lines. */
export function writeNotes(question: Question, facts: readonly Fact[]): string {
  const noted = rankForDocument(question, facts, MOST);
  return noted.length === 0 ? "nothing found" : noted.map(note).join("\n");
}

function note({ id, statement, when, involving, context, occurred, mentioned }: Fact): string {
  const labelled = [when && `When: ${when}`, involving && `Involving: ${involving}`];
  const text = [statement, ...labelled].filter((part) => part !== undefined && part !== "").join(" | ");
  const brackets = [
    occurred && `occurred ${occurred}`,
    mentioned && `mentioned ${mentioned}`,
    context && `by ${context}`,
    id,
  ];
  return `- ${text} [${brackets.filter((part) => part !== undefined && part !== "").join("; ")}]`;
}
