import type { ChatMessage } from "../../../llm/types.ts";
import { lengthTarget } from "./closing.ts";
import { section } from "./section.ts";

/** Asks for the answer in plain text, from all that the tools returned. */
export function synthesisMessages(input: {
  system: string;
  question: string;
  /** As the model would have seen them. */
  toolResults: readonly string[];
  maxTokens: number;
}): ChatMessage[] {
  const { system, question, toolResults, maxTokens } = input;
  const results = toolResults.length > 0 ? toolResults.join("\n") : "(nothing was found)";
  return [
    { role: "system", content: system },
    {
      role: "user",
      content: [
        "Answer the question from the results of the searches below. No tools are available any more.",
        section("question", question),
        section("tool_results", results),
        `Rest the answer on these results and on nothing else. If they do not hold the answer, say that it is not known.${lengthTarget(maxTokens)}`,
      ].join("\n\n"),
    },
  ];
}
