import type { Engine } from "../../engine/engine.ts";
import { type DryRunAnswer, type DryRunRequest, dryRunExtract } from "../../engine/retain/dry-run.ts";
import type { Moment } from "../../engine/retain/moment.ts";
import { toUsage } from "../../engine/usage.ts";
import { isPlaceholder } from "../dates.ts";
import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { object, orNull, withDefault } from "../validation/composites.ts";
import { dateTime, type WrittenDate } from "../validation/dates.ts";
import { boolean, integer, string } from "../validation/scalars.ts";
import { type Infer, named } from "../validation/schema.ts";
import { dryRunAnswer } from "../wire/answers/dry-run.ts";
import { content } from "../wire/content.ts";
import { entityLabels } from "../wire/entity-labels.ts";

const body = named(
  "DryRunExtractRequest",
  object({
    content,
    context: withDefault(string(), ""),
    timestamp: orNull(dateTime()),
    agent_name: orNull(string()),
    strategy: orNull(string()),
    retain_mission: orNull(string()),
    retain_extraction_mode: orNull(string()),
    retain_custom_instructions: orNull(string()),
    retain_extract_causal_links: orNull(boolean()),
    retain_chunk_size: orNull(integer()),
    entity_labels: orNull(entityLabels),
    entities_allow_free_form: orNull(boolean()),
    llm_output_language: orNull(string()),
  }),
);

/** Extracting facts without storing them. */
export function dryRunRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "dry_run_extract_memories",
      method: "POST",
      path: "/v1/default/banks/:bank_id/memories/dry-run-extract",
      body,
      anyText: true,
      check: () => {
        if (context.settings.features.dryRunExtract) return;
        throw new HttpError(404, "Dry-run extraction is switched off");
      },
      answer: dryRunAnswer,
      handle: async ({ address, body: sent, signal }) =>
        toAnswer(await dryRunExtract(context, address, toRequest(sent), signal)),
    }),
  ];
}

function toRequest(sent: Infer<typeof body>): DryRunRequest {
  const { retain_mission, retain_extraction_mode, retain_custom_instructions } = sent;
  const { retain_chunk_size, entity_labels, entities_allow_free_form } = sent;
  const overrides = Object.entries({
    retain_mission,
    retain_extraction_mode,
    retain_custom_instructions,
    retain_chunk_size,
    entity_labels,
    entities_allow_free_form,
  }).filter(([, value]) => value !== null);
  return {
    content: sent.content,
    context: sent.context || undefined,
    date: sent.timestamp && toMoment(sent.timestamp),
    narrator: sent.agent_name || undefined,
    strategy: sent.strategy ?? undefined,
    overrides: Object.fromEntries(overrides),
    extractCausalLinks: sent.retain_extract_causal_links ?? undefined,
    outputLanguage: sent.llm_output_language ?? undefined,
  };
}

/** @throws HttpError 400 */
function toMoment({ instant, offset, zoned }: WrittenDate): Moment {
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const offsetMinutes = (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
  const moment = { instant, offsetMinutes, naive: !zoned };
  // What stands for "unknown" elsewhere is no date to count from.
  if (isPlaceholder(moment)) throw new HttpError(400, "timestamp must not be in the year 1 or 9999");
  return moment;
}

function toAnswer({ facts, chunks, usage }: DryRunAnswer) {
  return {
    facts: facts.map((fact) => ({
      text: fact.text,
      fact_type: fact.factType,
      occurred_start: fact.occurredStart ?? null,
      occurred_end: fact.occurredEnd ?? null,
      entities: fact.entities,
      chunk_index: fact.chunkIndex,
      attachments: fact.shown.map(({ blockIndex, kind, mediaType }) => ({
        block_index: blockIndex,
        type: kind,
        media_type: mediaType,
      })),
    })),
    chunks: chunks.map(({ text, factCount }) => ({ text, fact_count: factCount })),
    usage: toUsage(usage),
  };
}
