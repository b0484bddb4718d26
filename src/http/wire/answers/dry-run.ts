import { list, object, orNull, withDefault } from "../../validation/composites.ts";
import { integer, literal, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";
import { noUsage, tokenUsage } from "./usage.ts";

const factAttachment = named(
  "ExtractedFactAttachment",
  object({ block_index: integer(), type: literal(["image", "file"]), media_type: string() }),
);

const extractedFact = named(
  "ExtractedFact",
  object({
    text: string(),
    fact_type: string(),
    occurred_start: orNull(string()),
    occurred_end: orNull(string()),
    entities: withDefault(list(string()), []),
    chunk_index: orNull(integer()),
    attachments: withDefault(list(factAttachment), []),
  }),
);

const extractionChunk = named("ExtractionChunk", object({ text: string(), fact_count: integer() }));

export const dryRunAnswer = named(
  "DryRunExtractionResult",
  object({
    facts: withDefault(list(extractedFact), []),
    chunks: withDefault(list(extractionChunk), []),
    usage: withDefault(tokenUsage, noUsage),
  }),
);
