import type { ChatMessage } from "../../../llm/types.ts";
import { lengthTarget } from "./closing.ts";
import { languageText } from "./question.ts";
import { section } from "./section.ts";

/** What an answer in plain text is made of: all that the tools returned, or notes that were taken of its parts. */
export type SynthesisSource = { toolResults: readonly string[] } | { notes: readonly string[] };

/** Asks for the answer in plain text. */
export function synthesisMessages(
  source: SynthesisSource,
  input: { system: string; question: string; maxTokens: number; language: string | null },
): ChatMessage[] {
  const { system, question, maxTokens, language } = input;
  return [
    { role: "system", content: system },
    {
      role: "user",
      content: [
        "Answer the question from the results of the searches below. No tools are available any more.",
        section("question", question),
        sourceText(source),
        `Rest the answer on these results and on nothing else. If they do not hold the answer, say that it is not known.${lengthTarget(maxTokens)}`,
        ...(language === null ? [] : [languageText(language)]),
      ].join("\n\n"),
    },
  ];
}

function sourceText(source: SynthesisSource): string {
  if ("toolResults" in source) {
    return section("tool_results", source.toolResults.join("\n") || "(nothing was found)");
  }
  return [
    "The results were too long to be shown. These are notes of their parts, each taken without a look at the others:",
    ...source.notes.map((notes) => section("notes", notes)),
  ].join("\n\n");
}
