import { renderExtractionMessage } from "../../llm/extraction-message.ts";
import type { ChatMessage } from "../../llm/types.ts";
import { formatIso, type Moment } from "./moment.ts";
import type { ExtractionMode, RetainSettings } from "./settings.ts";

/** What a model is told of the chunk that it reads. */
export interface ChunkSource {
  text: string;
  /** The item's date; null when it has none. */
  date: Moment | null;
  context: string | undefined;
  metadata: Record<string, string> | undefined;
}

const TASK = `You turn text into the memories of an assistant: statements that are true on their own, long after the text is gone.`;

const CONCISE = `Be selective. Keep what somebody may want to know later: who people are and how they relate, what happened and
when, plans, decisions, preferences, circumstances, numbers and names, and what the assistant did or advised. Leave out
greetings, thanks, small talk and questions that nobody answered. Prefer few facts that say a lot to many that say little.`;

const VERBOSE = `Be thorough. Keep everything that the text says, with every detail: names, numbers, places, times, reasons,
feelings, circumstances, and who said it. Leave out only greetings and words without content.`;

const VERBATIM = `The text itself will be stored as it stands. Give exactly one fact that describes all of it: the entities that
it mentions, and when it happened.`;

const RULES = `Rules:
- A fact stands on its own: write names in place of pronouns, and say who "I" is when the text tells.
- Write in the language of the text. Add nothing that it does not say.
- what: the statement, in one sentence or two.
- when: the time in words, with the date that "yesterday" or "last month" comes to, counted from the event date. "N/A" without one.
- where: the place. "N/A" without one.
- who: the people concerned, and who they are to each other. "N/A" without any.
- why: the reason, the purpose or the circumstances. "N/A" without any.
- fact_kind: "event" for what happens at a time of its own, otherwise "conversation".
- fact_type: "assistant" for what the assistant itself did, said or advised, otherwise "world".
- occurred_start, occurred_end: ISO 8601 with the offset of the event date, for an event whose time can be told; otherwise null.
- entities: the names of people, organisations, places, products and other things by which the fact will be looked up.`;

const TEXT_OR_ABSENT = { type: "string", description: 'Text, or "N/A"' };
const DATE_OR_NULL = { type: ["string", "null"], description: "ISO 8601" };

/** What an answer looks like. */
export const ANSWER_SCHEMA = {
  type: "object",
  properties: {
    facts: {
      type: "array",
      items: {
        type: "object",
        properties: {
          what: { type: "string" },
          when: TEXT_OR_ABSENT,
          where: TEXT_OR_ABSENT,
          who: TEXT_OR_ABSENT,
          why: TEXT_OR_ABSENT,
          fact_kind: { type: "string", enum: ["event", "conversation"] },
          fact_type: { type: "string", enum: ["world", "assistant"] },
          occurred_start: DATE_OR_NULL,
          occurred_end: DATE_OR_NULL,
          entities: { type: "array", items: { type: "string" } },
        },
        required: ["what", "fact_kind", "fact_type", "entities"],
      },
    },
  },
  required: ["facts"],
};

function instructions(mode: ExtractionMode, settings: RetainSettings): string {
  if (mode === "custom") return settings.retainCustomInstructions ?? CONCISE;
  if (mode === "verbose") return VERBOSE;
  return mode === "verbatim" ? VERBATIM : CONCISE;
}

/** The messages that ask a model for the facts of one chunk. */
export function extractionMessages(
  source: ChunkSource,
  mode: ExtractionMode,
  settings: RetainSettings,
): ChatMessage[] {
  const system = [TASK, instructions(mode, settings), RULES].join("\n\n");
  const user = renderExtractionMessage({
    mission: settings.retainMission || null,
    // Every chunk is asked for on its own.
    chunk: { index: 1, count: 1 },
    eventDate: source.date && formatIso(source.date),
    context: source.context ?? null,
    metadata: source.metadata ?? {},
    text: source.text,
  });
  return [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
}

/** Asks again after an answer that had no list of facts. */
export const NO_LIST_CORRECTION =
  'That answer has no list of facts. Answer again with one json object of the form {"facts": [{"what": "…"}]}; the list is empty when there are none.';

/** Asks again after a list whose elements had keys of their own making. */
export function wrongKeysCorrection(wrongKeys: readonly string[]): string {
  const found = wrongKeys.length > 0 ? ` (they had: ${wrongKeys.join(", ")})` : "";
  return `Elements of that list are no facts${found}. Answer again with one json object; every element of "facts" is an object with the key "what", and "entities" is a list.`;
}
