import type { ChatMessage } from "../../../llm/types.ts";
import type { PendingFact } from "../../../store/pending-facts.ts";
import { isoDate } from "../../iso-date.ts";
import type { KnownObservation } from "../known-observations.ts";
import { INSTRUCTIONS } from "./instructions.ts";

/** What observations are about where the bank does not say. */
const ANYTHING_NOTABLE =
  "Keep whatever is worth remembering of the new facts: who, where, when, how many, what was decided, what somebody likes, plans or does again and again.";

export interface ConsolidationRequest {
  mission: string | null;
  /** How many observations may still be made; null: any number. */
  freeSlots: number | null;
  facts: readonly PendingFact[];
  known: readonly KnownObservation[];
}

/** What the model is asked. The mission changes with the bank, the capacity with every call, the facts come last. */
export function consolidationMessages(request: ConsolidationRequest): ChatMessage[] {
  const sections = [
    `# Mission\n\n${request.mission ?? ANYTHING_NOTABLE}`,
    ...(request.freeSlots === null ? [] : [`# Capacity\n\n${capacity(request.freeSlots)}`]),
    `# New facts\n\n${request.facts.map(factLine).join("\n")}`,
    `# Observations\n\n${observationList(request.known)}`,
    "Answer with the json object.",
  ];
  return [
    { role: "system", content: INSTRUCTIONS },
    { role: "user", content: sections.join("\n\n") },
  ];
}

function capacity(freeSlots: number): string {
  if (freeSlots === 0)
    return "There is no room for further observations: create none, only update and delete.";
  return `There is room for ${freeSlots} further observation${freeSlots === 1 ? "" : "s"}: create no more than that, and update where you can.`;
}

interface Dates {
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
}

function datesOf({ occurredStart, occurredEnd, mentionedAt }: Dates): [string, string][] {
  const dates: [string, Date | null][] = [
    ["occurred_start", occurredStart],
    ["occurred_end", occurredEnd],
    ["mentioned_at", mentionedAt],
  ];
  return dates.flatMap(([name, date]) => (date ? [[name, isoDate(date)]] : []));
}

/** One line each, whatever the text holds. */
function factLine(fact: PendingFact): string {
  const dates = datesOf(fact).map(([name, date]) => `${name}=${date}`);
  const text = fact.text.replace(/\s*[\r\n]+\s*/g, " ");
  return `[${fact.unitId}] ${text}${dates.length > 0 ? ` (${dates.join(", ")})` : ""}`;
}

/** A JSON array with one object on a line. */
function observationList(known: readonly KnownObservation[]): string {
  const lines = known.map(({ observation, sources }) =>
    JSON.stringify({
      id: observation.unitId,
      text: observation.text,
      proof_count: observation.proofCount,
      ...Object.fromEntries(datesOf(observation)),
      source_memories: sources.map((source) => ({
        text: source.text,
        ...(source.context && { context: source.context }),
        ...Object.fromEntries(datesOf(source)),
      })),
    }),
  );
  return lines.length > 0 ? `[\n${lines.join(",\n")}\n]` : "[]";
}
