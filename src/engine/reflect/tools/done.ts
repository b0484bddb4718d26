import type { ToolDefinition } from "../../../llm/types.ts";
import { argumentsSchema } from "./tool.ts";

const IDS = { type: "array", items: { type: "string" } };

export const DONE = "done";

const ANSWER = {
  answer: { type: "string", description: "The answer, in markdown, without ids in the text." },
};
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

/** What an answer is asked to come with. */
export interface DoneOptions {
  /** Whether it is a document of sections, and no text. */
  asDocument?: boolean | undefined;
  /** Whether there are directives that it must comply with. */
  hasDirectives: boolean;
  /** Whether mental models can be cited. */
  hasMentalModels: boolean;
}

/** Gives the answer, as text or as a document, and what it rests on. Accepted in the closing call only. */
export function doneTool({
  asDocument = false,
  hasDirectives,
  hasMentalModels,
}: DoneOptions): ToolDefinition {
  return {
    name: DONE,
    description: "Give the final answer, with the ids of what it rests on.",
    parameters: argumentsSchema(
      {
        ...(asDocument ? DOCUMENT : ANSWER),
        memory_ids: { ...IDS, description: "Ids of the facts that the answer rests on." },
        observation_ids: { ...IDS, description: "Ids of the observations that the answer rests on." },
        ...(hasMentalModels && {
          mental_model_ids: { ...IDS, description: "Ids of the mental models that the answer rests on." },
        }),
        answer_found: { type: "boolean", description: "Whether the question could be answered." },
        ...(hasDirectives && {
          directive_compliance: {
            type: "string",
            description: "For each directive by its number, how the answer complies with it.",
          },
        }),
      },
      [
        asDocument ? "document" : "answer",
        "answer_found",
        ...(hasDirectives ? ["directive_compliance"] : []),
      ],
    ),
  };
}

/** Whether a call of `answer_ready` or `done` says that nothing was found. */
export function saysNotFound(args: Record<string, unknown>): boolean {
  const found = args.answer_found;
  return found === false || (typeof found === "string" && found.toLowerCase() === "false");
}
