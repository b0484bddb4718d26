import type { ToolDefinition } from "../../../llm/types.ts";
import { argumentsSchema } from "./tool.ts";

/** Says that enough was gathered; the answer itself is asked for in the closing call. */
export const ANSWER_READY: ToolDefinition = {
  name: "answer_ready",
  description: "Call this alone, when enough was gathered to answer, or when nothing more can be found.",
  parameters: argumentsSchema(
    { answer_found: { type: "boolean", description: "Whether what was gathered answers the question." } },
    ["answer_found"],
  ),
};
