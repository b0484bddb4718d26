import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { integer, string } from "../../validation/scalars.ts";
import { anything, named } from "../../validation/schema.ts";
import { attachment } from "./attachment.ts";
import { tokenUsage } from "./usage.ts";

const fact = named(
  "ReflectFact",
  object({
    id: orNull(string()),
    text: string(),
    type: orNull(string()),
    context: orNull(string()),
    occurred_start: orNull(string()),
    occurred_end: orNull(string()),
    mentioned_at: orNull(string()),
    document_id: orNull(string()),
    chunk_id: orNull(string()),
    tags: orNull(list(string())),
    metadata: orNull(dict(string())),
    attachments: orNull(list(attachment)),
  }),
);

const mentalModel = named(
  "ReflectMentalModel",
  object({ id: string(), text: string(), context: orNull(string()) }),
);

const directive = named("ReflectDirective", object({ id: string(), name: string(), content: string() }));

const basedOn = named(
  "ReflectBasedOn",
  object({
    memories: withDefault(list(fact), []),
    mental_models: withDefault(list(mentalModel), []),
    directives: withDefault(list(directive), []),
  }),
);

const toolCall = named(
  "ReflectToolCall",
  object({
    tool: string(),
    input: dict(anything),
    output: orNull(dict(anything)),
    duration_ms: integer(),
    iteration: withDefault(integer(), 0),
  }),
);

const llmCall = named("ReflectLLMCall", object({ scope: string(), duration_ms: integer() }));

const trace = named(
  "ReflectTrace",
  object({ tool_calls: withDefault(list(toolCall), []), llm_calls: withDefault(list(llmCall), []) }),
);

export const reflectedAnswer = named(
  "ReflectResponse",
  object({
    text: string(),
    based_on: orNull(basedOn),
    structured_output: orNull(dict(anything)),
    structured_output_error: orNull(string()),
    usage: orNull(tokenUsage),
    trace: orNull(trace),
  }),
);
