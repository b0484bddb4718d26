import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import type { LabelGroup } from "../labels/label-groups.ts";
import { sanitizeValue } from "../sanitize.ts";
import { isAbsent, listIn, textIn, UnreadableAnswerError, wordsIn } from "./answer-values.ts";
import type { Moment } from "./moment.ts";
import { readNames } from "./names-in-answer.ts";
import { relativeDate } from "./relative-dates.ts";

/** A fact as a model stated it, checked and composed. */
export interface ExtractedFact {
  text: string;
  factType: "world" | "experience";
  /** When an event took place, as the model wrote it, or as a word in the text tells: ISO 8601, if all is well. */
  occurredStart?: string | undefined;
  occurredEnd?: string | undefined;
  /** Names, with the labels among them; as the model wrote them. */
  entities: string[];
  /** Places in the list of facts of those that caused it. */
  causes: number[];
  /** Numbers of the chunk's attachments that it was drawn from, from 1; possibly of none that there are. */
  attachments: number[];
}

/** A list of facts as it was read from an answer. */
export interface FactList {
  facts: ExtractedFact[];
  /** Elements that are no facts: not objects, without any key for the statement, or with broken entities or dates. */
  malformed: number;
  /** The keys of those that had none for the statement, each once. */
  wrongKeys: string[];
  /** Length of the model's list. */
  total: number;
}

/** What the reading of an answer goes by. */
export interface FactReading {
  /** Whether the chunk's text takes the place of statements: these need not be there. */
  verbatim: boolean;
  /** The item's date, from which words such as "yesterday" are counted. */
  date: Moment | null;
  labels: readonly LabelGroup[];
  /** Off: of the names only labels are kept. */
  allowFreeFormEntities: boolean;
  /** Whether causes are read. */
  causes: boolean;
}

const STATEMENT_KEYS = ["what", "factual_core", "text"];

/**
 * Reads the facts out of a model's JSON answer: `{"facts": […]}`, or a bare array of objects.
 * @returns undefined when it holds no list of facts at all.
 * @throws UnreadableAnswerError
 */
export function readFacts(json: string, reading: FactReading): FactList | undefined {
  const answer = sanitizeValue(parseJson(json));
  const list = Array.isArray(answer) ? answer : isJsonObject(answer) ? answer.facts : undefined;
  if (!Array.isArray(list)) return undefined;
  if (list === answer && !list.every(isJsonObject)) return undefined;
  const facts: ExtractedFact[] = [];
  const wrongKeys = new Set<string>();
  let malformed = 0;
  for (const [index, element] of list.entries()) {
    const fact = isJsonObject(element) ? readFact(element, index, reading) : "malformed";
    if (fact === "no statement" && isJsonObject(element)) {
      for (const key of Object.keys(element)) wrongKeys.add(key);
    }
    if (fact === "no statement" || fact === "malformed") malformed += 1;
    else if (fact !== "empty") facts.push(fact);
  }
  return { facts: withCauses(facts), malformed, wrongKeys: [...wrongKeys], total: list.length };
}

/** Below this share of usable facts the model is asked again. */
const USABLE_SHARE = 0.8;

export function isWorthAskingAgain(list: FactList): boolean {
  return list.malformed > 0 && list.facts.length < USABLE_SHARE * list.total;
}

function readFact(
  element: Record<string, unknown>,
  index: number,
  reading: FactReading,
): ExtractedFact | "malformed" | "no statement" | "empty" {
  const text = reading.verbatim ? "" : statementOf(element);
  if (text === undefined) return STATEMENT_KEYS.some((key) => key in element) ? "empty" : "no statement";
  const dates = datesOf(element, text, reading.date);
  const entities = readNames(element, reading);
  const causes = reading.causes ? causesOf(element, index) : [];
  const attachments = listIn(element.from_attachments, "from_attachments").flatMap(toInteger);
  if (!dates || !entities) return "malformed";
  return {
    text,
    factType: isExperience(element) ? "experience" : "world",
    ...dates,
    entities,
    causes,
    attachments,
  };
}

function statementOf(element: Record<string, unknown>): string | undefined {
  const key = STATEMENT_KEYS.find((candidate) => !isAbsent(element[candidate]));
  if (key === undefined) return undefined;
  const what = textIn(element[key], key);
  const when = wordsIn(element.when);
  const who = wordsIn(element.who);
  const parts = [what, when && `When: ${when}`, who && `Involving: ${who}`, textIn(element.why, "why")];
  return parts.filter((part) => part !== undefined).join(" | ");
}

/** Only an event has a time of its own; one that has no end, ends when it starts. Undefined when a date is no text. */
function datesOf(
  { fact_kind: kind, occurred_start: start, occurred_end: end }: Record<string, unknown>,
  text: string,
  date: Moment | null,
): Pick<ExtractedFact, "occurredStart" | "occurredEnd"> | undefined {
  if (kind !== "event") return {};
  const from = isAbsent(start) ? relativeDate(text, date) : start;
  const until = isAbsent(end) ? from : end;
  const isDate = (value: unknown) => value === undefined || typeof value === "string";
  if (!isDate(from) || !isDate(until)) return undefined;
  return { occurredStart: from, occurredEnd: until };
}

function isExperience({ fact_type: type, fact_kind: kind }: Record<string, unknown>): boolean {
  return type === "assistant" || (type !== "world" && kind === "assistant");
}

/** Causes come before their effects in the list. */
function causesOf({ causal_relations: relations }: Record<string, unknown>, index: number): number[] {
  return listIn(relations, "causal_relations").flatMap((relation) => {
    if (!isJsonObject(relation)) return [];
    const { target_index: target, relation_type: type } = relation;
    if (isMissing(target) || isMissing(type)) return [];
    if (typeof target !== "number" && typeof target !== "boolean") {
      throw new UnreadableAnswerError("The model's 'target_index' is no number");
    }
    return type === "caused_by" ? toInteger(target).filter((place) => place >= 0 && place < index) : [];
  });
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function toInteger(value: unknown): number[] {
  if (typeof value === "boolean") return [Number(value)];
  return typeof value === "number" && Number.isInteger(value) ? [value] : [];
}

/** Causes are counted in the list as it was kept: one that points at the fact itself, or beyond the end, is none. */
function withCauses(facts: readonly ExtractedFact[]): ExtractedFact[] {
  return facts.map((fact, index) => ({
    ...fact,
    causes: [...new Set(fact.causes)].filter((cause) => cause !== index && cause < facts.length),
  }));
}

/** What stands for nothing, beside what is made of `.,;:!?-` and the like, and one or two signs. */
const EMPTY_PHRASES = ["***", "_,_", "_, _, _"];

/** Whether a text says nothing. */
export function isDegenerate(text: string): boolean {
  const trimmed = text.trim();
  if (EMPTY_PHRASES.includes(trimmed) || /^[.,;:!?\-–—…"'`´ \t\n\r]*$/.test(trimmed)) return true;
  return [...trimmed].length <= 2 && !/[\p{L}\p{N}]/u.test(trimmed);
}
