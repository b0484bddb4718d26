import type { ChatMessage } from "../../../llm/types.ts";
import { section } from "./section.ts";

/** Asks for an answer's content in the form of a JSON schema. */
export function structuredOutputMessages(
  question: string,
  answer: string,
  schema: Record<string, unknown>,
): ChatMessage[] {
  return [
    {
      role: "system",
      content: `You put answers into JSON. Reply with one JSON object that follows this schema, and with nothing else.\n\n${section("schema", JSON.stringify(schema))}`,
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
