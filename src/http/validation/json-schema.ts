/** What a schema says of itself in the OpenAPI document: JSON Schema of 2020-12, as far as it is used here. */
export interface JsonSchema {
  type?: string;
  format?: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  default?: unknown;
  /** The name of a part that the document holds once, and refers to elsewhere. */
  title?: string;
  description?: string;
  $ref?: string;
  /** What `$ref` stands for, where a part holds itself: read when the document is made. */
  [REFERRED]?: () => JsonSchema;
}

export const REFERRED: unique symbol = Symbol("referred");

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
