import type { Fact } from "../reflect/evidence.ts";
import type { Question } from "../reflect/question.ts";
import { rankForDocument } from "../reflect/ranking.ts";
import type { KnownSection } from "./request.ts";

/**
 * The new facts that belong into the document: those about what its question asks. Where the document itself has none of the
 * question's words, as under "What should one know?", all of whom it names.
 */
export function relevantFacts(
  question: Question,
  sections: readonly KnownSection[],
  facts: readonly Fact[],
): Fact[] {
  const written = sections.flatMap(({ heading, blocks }) =>
    blocks.map(({ text }): Fact => ({ ...NO_FACT, statement: text, entities: [heading] })),
  );
  const relevant = new Set(rankForDocument(question, [...written, ...facts], Infinity));
  return facts.filter((fact) => relevant.has(fact));
}

const NO_FACT = {
  id: "",
  kind: "memory",
  when: undefined,
  involving: undefined,
  context: undefined,
  place: 0,
  occurred: undefined,
  mentioned: undefined,
} as const;
