/** What a request of consolidation says, read out of its messages as any model reads it. */

import { isJsonObject } from "../../../json-object.ts";
import { parseJson } from "../../../parse-json.ts";
import { textOf } from "../../message-text.ts";
import type { ChatMessage } from "../../types.ts";

export interface NewFact {
  id: string;
  text: string;
  /** When it was said: `YYYY-MM-DD`; null: nobody knows. */
  day: string | null;
}

export interface KnownObservation extends NewFact {
  proofCount: number;
}

export interface Question {
  facts: NewFact[];
  observations: KnownObservation[];
  /** How many observations may be created. */
  room: number;
}

/** Two observations of which one may say all that the other says. */
export interface Pair {
  candidate: string;
  twin: string;
}

/** The question whether two observations say the same; undefined when the request is another. */
export function readPair(messages: readonly ChatMessage[]): Pair | undefined {
  if (messages.some(({ role }) => role === "system")) return undefined;
  const text = textOf(messages.at(-1));
  const [candidate, twin] = ["New", "Known"].map((name) => {
    const json = new RegExp(`^${name}: (".*")$`, "m").exec(text)?.[1];
    return json === undefined ? undefined : parseJson(json);
  });
  return typeof candidate === "string" && typeof twin === "string" ? { candidate, twin } : undefined;
}

/** New facts, and the observations that may be about the same. */
export function readQuestion(messages: readonly ChatMessage[]): Question {
  const text = textOf(messages.at(-1));
  // What is before the facts is in the user's words, which may look like anything. A fact takes one line, and so does an observation.
  const facts = section(text, "New facts", "Observations");
  const observations: unknown = parseJson(section(text, "Observations", undefined).replace(/\][^\]]*$/, "]"));
  return {
    facts: facts.split("\n").flatMap(readFact),
    observations: Array.isArray(observations) ? observations.flatMap(readObservation) : [],
    room: readRoom(text.slice(0, text.lastIndexOf("\n# New facts\n"))),
  };
}

function section(text: string, name: string, next: string | undefined): string {
  const heading = `\n# ${name}\n`;
  const start = text.lastIndexOf(heading);
  if (start < 0) return "";
  const end = next === undefined ? -1 : text.indexOf(`\n# ${next}\n`, start);
  return text.slice(start + heading.length, end < 0 ? undefined : end);
}

const FACT = /^\[([0-9a-f-]{36})\] (.*?)(?: \((\w+=[^,\s()]+(?:, \w+=[^,\s()]+)*)\))?$/;

function readFact(line: string): NewFact[] {
  const [, id, text = "", dates = ""] = FACT.exec(line) ?? [];
  if (id === undefined) return [];
  return [{ id, text, day: dayOf(/\bmentioned_at=(\S+)/.exec(dates)?.[1]) }];
}

function readObservation(value: unknown): KnownObservation[] {
  if (!isJsonObject(value) || typeof value.id !== "string" || typeof value.text !== "string") return [];
  const { id, text, proof_count: proofs } = value;
  return [{ id, text, day: dayOf(value.mentioned_at), proofCount: typeof proofs === "number" ? proofs : 1 }];
}

function dayOf(date: unknown): string | null {
  return typeof date === "string" ? (/^\d{4}-\d\d-\d\d/.exec(date)?.[0] ?? null) : null;
}

/** The capacity, where there is one: the last thing that is said before the facts. */
function readRoom(text: string): number {
  const capacity = /\n# Capacity\n\n([^\n]*)\n*$/.exec(text)?.[1];
  if (capacity === undefined) return Infinity;
  return Number(/\d+/.exec(capacity)?.[0] ?? 0);
}
