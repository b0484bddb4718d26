/** What the answers look like, for models that are held to a schema or told one. */
import type { JsonSchema } from "../../../llm/types.ts";

const text = { type: "string" };
const ids = { type: "array", items: { type: "string" } };

function listOf(properties: Record<string, JsonSchema>, required: readonly string[]): JsonSchema {
  return { type: "array", items: { type: "object", properties, required } };
}

export const CONSOLIDATION_SCHEMA: JsonSchema = {
  type: "object",
  properties: {
    creates: listOf({ text, source_fact_ids: ids, reason: text }, ["text", "source_fact_ids"]),
    updates: listOf({ observation_id: text, text, source_fact_ids: ids, reason: text }, [
      "observation_id",
      "text",
      "source_fact_ids",
    ]),
    deletes: listOf({ observation_id: text, merged_into: text, reason: text }, ["observation_id"]),
  },
};

export const DUPLICATE_SCHEMA: JsonSchema = {
  type: "object",
  properties: { action: { type: "string", enum: ["merge", "keep"] }, text, reason: text },
  required: ["action"],
};
