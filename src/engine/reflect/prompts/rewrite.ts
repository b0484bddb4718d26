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

const DOCUMENT_SHAPE =
  'Reply with JSON alone: {"sections": [{"heading": "...", "level": 2, "blocks": ["..."]}]}. Each block is markdown: one paragraph, one list, one table or one block of code.';

/** The same for a document, which comes back in its sections. */
export function documentRewriteMessages(question: string, text: string, maxTokens: number): ChatMessage[] {
  return [
    {
      role: "system",
      content:
        "You shorten documents. You keep what answers the question and the order of the sections, and add nothing.",
    },
    {
      role: "user",
      content: [
        `Rewrite this document so that it is shorter. ${DOCUMENT_SHAPE}${lengthTarget(maxTokens)}`,
        section("question", question),
        section("document", text),
      ].join("\n\n"),
    },
  ];
}

/** After a document that could not be read. */
export function documentFaults(faults: readonly string[]): string {
  return `That is not a document in the shape that was asked for: ${faults.join("; ")}. ${DOCUMENT_SHAPE}`;
}
