import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { OpenApiDocument } from "../../src/http/openapi/document.ts";
import type { JsonSchema } from "../../src/http/validation/json-schema.ts";

/** Says what is wrong with an answer, by what the server's own document declares; undefined when nothing is. */
export type AnswerCheck = (method: string, path: string, status: number, body: unknown) => string | undefined;

/** Of these the fields of an observation are left out where the memory is a fact. */
const WITH_OPTIONAL_FIELDS = ["Memory"];

let made: { text: string; check: AnswerCheck } | undefined;

/** @param text the server's OpenAPI document. */
export function answerCheck(text: string): AnswerCheck {
  if (made?.text === text) return made.check;
  const document: OpenApiDocument = JSON.parse(text);
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  ajv.addSchema({
    $id: "document",
    components: {
      schemas: Object.fromEntries(
        Object.entries(document.components.schemas).map(([name, schema]) => [name, exact(schema, name)]),
      ),
    },
  });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.entries(responses)
        .filter(([status]) => Number(status) < 400)
        .map(([status, { content }]) => {
          const schema = content?.["application/json"]?.schema;
          return {
            method: method.toUpperCase(),
            status: Number(status),
            pattern: toPattern(path),
            validate: schema && ajv.compile(absolute(exact(schema))),
          };
        }),
    ),
  );
  const check: AnswerCheck = (method, path, status, body) => {
    const plain = path.replace(/^\/sandbox\/[^/]+/, "").replace(/\?.*$/s, "");
    // The first of several that fit is the one with fewer parameters: the document lists them in the server's order.
    const found = operations.find(
      (one) => one.method === method && one.status === status && one.pattern.test(plain),
    );
    return found?.validate && faultsOf(found.validate, body);
  };
  made = { text, check };
  return check;
}

function faultsOf(validate: ValidateFunction, body: unknown): string | undefined {
  if (validate(body)) return undefined;
  return validate.errors
    ?.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join("; ");
}

function toPattern(path: string): RegExp {
  const source = path
    .replaceAll(/[.+*?^$()|[\]\\]/g, "\\$&")
    .replaceAll("{document_id}", ".+")
    .replaceAll("{chunk_id}", ".+")
    .replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${source}$`);
}

/** The schema of an answer that has all its fields, and no others. */
function exact(schema: JsonSchema, name?: string): JsonSchema {
  const { properties, items, anyOf, oneOf, additionalProperties } = schema;
  const optional = name !== undefined && WITH_OPTIONAL_FIELDS.includes(name);
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, exact(part)])),
      additionalProperties: false,
      ...(!optional && { required: Object.keys(properties) }),
    }),
    ...(items && { items: exact(items) }),
    ...(anyOf && { anyOf: anyOf.map((part) => exact(part)) }),
    ...(oneOf && { oneOf: oneOf.map((part) => exact(part)) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: exact(additionalProperties) }),
  };
}

function absolute(schema: JsonSchema): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/'));
}
