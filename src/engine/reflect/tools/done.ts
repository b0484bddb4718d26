import type { ToolDefinition } from "../../../llm/types.ts";
import type { ReflectRequest } from "../../types.ts";
import { argumentsSchema } from "./tool.ts";

const IDS = { type: "array", items: { type: "string" } };

export const DONE = "done";

const ANSWER = { answer: { type: "string", description: "The answer, in markdown." } };
const DOCUMENT = {
  document: {
    type: "object",
    description: "The answer, section by section.",
    properties: {
      sections: {
        type: "array",
        items: {
          type: "object",
          properties: {
            heading: { type: "string", description: "Without #." },
            level: { type: "integer", minimum: 1, maximum: 6, description: "Of the heading; usually 2." },
            blocks: {
              type: "array",
              items: { type: "string" },
              description: "Markdown: each is one paragraph, one list, one table or one block of code.",
            },
          },
          required: ["heading", "level", "blocks"],
        },
      },
    },
    required: ["sections"],
  },
};

/** Gives the answer, as text or as a document, and what it rests on. Accepted in the closing call only. */
export function doneTool({ asDocument = false }: Pick<ReflectRequest, "asDocument">): ToolDefinition {
  return {
    name: DONE,
    description: "Give the final answer, with the ids of what it rests on.",
    parameters: argumentsSchema(
      {
        ...(asDocument ? DOCUMENT : ANSWER),
        memory_ids: { ...IDS, description: "Ids of the facts that the answer rests on." },
        observation_ids: { ...IDS, description: "Ids of the observations that the answer rests on." },
        answer_found: { type: "boolean", description: "Whether the question could be answered." },
      },
      [asDocument ? "document" : "answer", "answer_found"],
    ),
  };
}

/** Whether a call of `answer_ready` or `done` says that nothing was found. */
export function saysNotFound(args: Record<string, unknown>): boolean {
  const found = args.answer_found;
  return found === false || (typeof found === "string" && found.toLowerCase() === "false");
}
