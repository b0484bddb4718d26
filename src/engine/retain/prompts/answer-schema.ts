import type { JsonSchema } from "../../../llm/types.ts";
import type { LabelField, LabelGroup } from "../../labels/label-groups.ts";

/** What an answer is asked to have, beside what every answer has. */
export interface AnswerShape {
  /** Off: the chunk stands for the statement. */
  statements: boolean;
  /** Whether the parts of a statement may be left out. */
  optionalDimensions: boolean;
  causes: boolean;
  attachments: boolean;
  labels: readonly LabelGroup[];
}

const TEXT_OR_ABSENT = { type: "string", description: 'Text, or "N/A"' };
const TEXT_OR_NULL = { type: ["string", "null"] };
const DATE_OR_NULL = { type: ["string", "null"], description: "ISO 8601" };
const TEXTS = { type: "array", items: { type: "string" } };
const CAUSE = {
  type: "object",
  properties: {
    target_index: { type: "integer" },
    relation_type: { type: "string", enum: ["caused_by"] },
  },
  required: ["target_index", "relation_type"],
};

/** What an answer looks like. */
export function answerSchema(shape: AnswerShape): JsonSchema {
  const dimension = shape.optionalDimensions ? TEXT_OR_NULL : TEXT_OR_ABSENT;
  const dimensions = { when: dimension, where: dimension, who: dimension, why: dimension };
  const fact = {
    type: "object",
    properties: {
      ...(shape.statements && { what: { type: "string" }, ...dimensions }),
      fact_kind: { type: "string", enum: ["event", "conversation"] },
      fact_type: { type: "string", enum: ["world", "assistant"] },
      occurred_start: DATE_OR_NULL,
      occurred_end: DATE_OR_NULL,
      entities: TEXTS,
      ...(shape.causes && { causal_relations: { type: "array", items: CAUSE } }),
      ...(shape.attachments && { from_attachments: { type: "array", items: { type: "integer" } } }),
      ...(shape.labels.length > 0 && { labels: labelsSchema(shape.labels) }),
    },
    required: [
      ...(shape.statements ? ["what"] : []),
      ...(shape.statements && !shape.optionalDimensions ? Object.keys(dimensions) : []),
      "fact_kind",
      "fact_type",
      "entities",
      ...(shape.labels.length > 0 ? ["labels"] : []),
    ],
  };
  return {
    type: "object",
    properties: { facts: { type: "array", items: fact } },
    required: ["facts"],
  };
}

function labelsSchema(groups: readonly LabelGroup[]): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(groups.map((group) => [group.key, fieldSchema(group)])),
    required: groups.filter(({ optional, type }) => !optional && type === "value").map(({ key }) => key),
  };
}

function fieldSchema(field: LabelField): JsonSchema {
  switch (field.type) {
    case "value":
      return field.values.length === 0 ? TEXT_OR_NULL : { ...TEXT_OR_NULL, enum: [...valuesOf(field), null] };
    case "multi-values":
      return { type: "array", items: { type: "string", enum: valuesOf(field) } };
    case "text":
      return TEXT_OR_NULL;
    case "multi-text":
      return TEXTS;
    case "map": {
      const fields = [...field.fields].map(([name, nested]) => [name, fieldSchema(nested)]);
      return { type: "array", items: { type: "object", properties: Object.fromEntries(fields) } };
    }
  }
}

function valuesOf({ values }: LabelField): string[] {
  return values.map(({ value }) => value);
}
