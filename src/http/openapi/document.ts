import { pathTemplate } from "../path.ts";
import type { Route, RouteDescription } from "../route.ts";
import { dict, fieldJson, list, object, union, withDefault } from "../validation/composites.ts";
import type { JsonSchema } from "../validation/json-schema.ts";
import { integer, string } from "../validation/scalars.ts";
import { anything, named } from "../validation/schema.ts";
import { Components } from "./components.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  schema: JsonSchema;
}

interface Content {
  description: string;
  content?: Record<string, { schema: JsonSchema }>;
}

export interface Operation {
  operationId: string;
  summary: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Content>;
}

/** An OpenAPI document, as far as this server makes use of it. */
export interface OpenApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers?: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

/** What is told of a request that is not valid. */
const validationError = named(
  "HTTPValidationError",
  object({
    detail: withDefault(
      list(
        named(
          "ValidationError",
          object({
            type: string(),
            loc: list(
              union<string | number>([
                ["str", string()],
                ["int", integer()],
              ]),
            ),
            msg: string(),
            input: withDefault(anything, null),
            ctx: withDefault(dict(anything), {}),
          }),
        ),
      ),
      [],
    ),
  }),
);

/** Describes all routes that have a name, from what they themselves check and answer. */
export function openApiDocument(
  routes: readonly Route[],
  { version, basePath }: { version: string; basePath: string },
): OpenApiDocument {
  const components = new Components();
  const paths: OpenApiDocument["paths"] = {};
  for (const { method, path, description } of routes) {
    if (description.name === undefined) continue;
    const template = pathTemplate(path);
    paths[template] = {
      ...paths[template],
      [method.toLowerCase()]: toOperation(description.name, path, description, components),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Hindsight HTTP API",
      version,
      description: "The API of Hindsight, as hindsight-testkit serves it.",
    },
    ...(basePath !== "" && { servers: [{ url: basePath }] }),
    paths,
    components: { schemas: components.schemas },
  };
}

function toOperation(
  name: string,
  path: string,
  { query, body, answer, status, open, mediaType, missing }: RouteDescription,
  components: Components,
): Operation {
  const parameters = [...pathParameters(path), ...queryParameters(query), ...(open ? [] : [AUTHORIZATION])];
  const json = (schema: JsonSchema) => ({ "application/json": { schema: components.refer(schema) } });
  const checked = parameters.length > 0 || body !== undefined;
  return {
    operationId: name,
    summary: summary(name),
    parameters: parameters.map((parameter) => ({
      ...parameter,
      schema: components.refer(parameter.schema),
    })),
    ...(body && {
      requestBody: { required: body.whenAbsent === undefined, content: json(body.json) },
    }),
    responses: {
      [status]: {
        description: "Success",
        content:
          mediaType === undefined ? json(answer?.json ?? {}) : { [mediaType]: { schema: bytes(mediaType) } },
      },
      ...(missing && { "404": { description: "There is no such bank" } }),
      ...(checked && {
        "422": { description: "The request is not valid", content: json(validationError.json) },
      }),
    },
  };
}

function bytes(mediaType: string): JsonSchema {
  return { type: "string", ...(!mediaType.startsWith("text/") && { format: "binary" }) };
}

const AUTHORIZATION: Parameter = {
  name: "authorization",
  in: "header",
  required: false,
  schema: { anyOf: [{ type: "string" }, { type: "null" }] },
};

function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: RouteDescription["query"]): Parameter[] {
  return Object.entries(query).map(([name, field]) => ({
    name,
    in: "query",
    required: !("schema" in field),
    schema: fieldJson(field),
  }));
}

/** `list_bank_aliases` → `List bank aliases` */
function summary(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
