import type { ChatMessage } from "../../../llm/types.ts";
import { lengthTarget } from "./closing.ts";
import { section } from "./section.ts";

/** Asks for a shorter version of an answer that came out too long. */
export function rewriteMessages(question: string, answer: string, maxTokens: number): ChatMessage[] {
  return [
    { role: "system", content: "You shorten answers. You keep what answers the question, and add nothing." },
    {
      role: "user",
      content: [
        `Rewrite this answer so that it is shorter, and reply with the new text alone.${lengthTarget(maxTokens)}`,
        section("question", question),
        section("answer", answer),
      ].join("\n\n"),
    },
  ];
}
