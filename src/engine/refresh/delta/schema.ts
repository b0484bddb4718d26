import type { JsonSchema } from "../../../llm/types.ts";

const TEXT: JsonSchema = { type: "string" };
const TEXTS: JsonSchema = { type: "array", items: TEXT };
const LEVEL: JsonSchema = { type: "integer", minimum: 1, maximum: 6 };

function operation(op: string, required: JsonSchema, optional: JsonSchema = {}): JsonSchema {
  return {
    type: "object",
    properties: { op: { type: "string", enum: [op] }, ...required, ...optional },
    required: ["op", ...Object.keys(required)],
    additionalProperties: false,
  };
}

/** Of a reply that holds operations. */
export const OPERATIONS_SCHEMA: JsonSchema = {
  type: "object",
  properties: {
    operations: {
      type: "array",
      items: {
        anyOf: [
          operation("append_block", { section_id: TEXT, text: TEXT }),
          operation("insert_block", {
            section_id: TEXT,
            after_block_id: { anyOf: [TEXT, { type: "null" }] },
            text: TEXT,
          }),
          operation("replace_block", { section_id: TEXT, block_id: TEXT, text: TEXT }),
          operation("remove_block", { section_id: TEXT, block_id: TEXT }),
          operation(
            "add_section",
            { heading: TEXT, level: LEVEL, blocks: TEXTS },
            { after_section_id: TEXT },
          ),
          operation("remove_section", { section_id: TEXT }),
          operation("replace_section_blocks", { section_id: TEXT, blocks: TEXTS }),
          operation("rename_section", { section_id: TEXT, new_heading: TEXT }),
        ],
      },
    },
  },
  required: ["operations"],
  additionalProperties: false,
};
