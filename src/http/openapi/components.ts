import { type JsonSchema, REFERRED, reference } from "../validation/json-schema.ts";

/** Collects the named parts of schemas, which the document holds once. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema with references in place of its named parts. */
  refer(schema: JsonSchema): JsonSchema {
    const referred = schema[REFERRED];
    const name = referred ? schema.$ref?.split("/").at(-1) : schema.title;
    if (name === undefined) return this.#parts(schema);
    const { default: whenAbsent } = schema;
    this.#add(name, referred ?? (() => schema));
    return { ...reference(name), ...(whenAbsent !== undefined && { default: whenAbsent }) };
  }

  #add(name: string, read: () => JsonSchema): void {
    const known = Object.hasOwn(this.schemas, name);
    // First the place, so that a part that holds itself comes to an end.
    if (!known) this.schemas[name] = {};
    const { default: _, ...schema } = read();
    if (!known) {
      this.schemas[name] = { ...this.#parts(schema), title: name };
      return;
    }
    const fields = (part: JsonSchema | undefined) => Object.keys(part?.properties ?? {}).join();
    const same = fields(this.schemas[name]) === fields(schema);
    if (!same && Object.keys(this.schemas[name] ?? {}).length > 0) {
      throw new Error(`Two parts of the OpenAPI document are called ${name}`);
    }
  }

  #parts(schema: JsonSchema): JsonSchema {
    const { items, properties, additionalProperties, anyOf, oneOf } = schema;
    return {
      ...schema,
      ...(items && { items: this.refer(items) }),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, part]) => [name, this.refer(part)]),
        ),
      }),
      ...(typeof additionalProperties === "object" && {
        additionalProperties: this.refer(additionalProperties),
      }),
      ...(anyOf && { anyOf: anyOf.map((part) => this.refer(part)) }),
      ...(oneOf && { oneOf: oneOf.map((part) => this.refer(part)) }),
    };
  }
}
