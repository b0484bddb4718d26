import type { ChatMessage } from "../../../llm/types.ts";
import { section } from "./section.ts";

/** Asks for an answer's content in the form of a JSON schema, which goes with the call. */
export function structuredOutputMessages(question: string, answer: string): ChatMessage[] {
  return [
    {
      role: "system",
      content: "You put answers into JSON.",
    },
    {
      role: "user",
      content: [
        "Fill the JSON object from this answer. Leave out what it does not say.",
        section("question", question),
        section("answer", answer),
      ].join("\n\n"),
    },
  ];
}
