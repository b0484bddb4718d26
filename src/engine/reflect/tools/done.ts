import type { ToolDefinition } from "../../../llm/types.ts";
import { argumentsSchema } from "./tool.ts";

const IDS = { type: "array", items: { type: "string" } };

/** Gives the answer and what it rests on. Accepted in the closing call only. */
export const DONE: ToolDefinition = {
  name: "done",
  description: "Give the final answer, with the ids of what it rests on.",
  parameters: argumentsSchema(
    {
      answer: { type: "string", description: "The answer, in markdown." },
      memory_ids: { ...IDS, description: "Ids of the facts that the answer rests on." },
      observation_ids: { ...IDS, description: "Ids of the observations that the answer rests on." },
      answer_found: { type: "boolean", description: "Whether the question could be answered." },
    },
    ["answer", "answer_found"],
  ),
};

/** Whether a call of `answer_ready` or `done` says that nothing was found. */
export function saysNotFound(args: Record<string, unknown>): boolean {
  const found = args.answer_found;
  return found === false || (typeof found === "string" && found.toLowerCase() === "false");
}
