import { isJsonObject, parseJson } from "./json-text.ts";
import { sanitizeText } from "./sanitize.ts";

/** A fact as a model stated it, checked and composed. */
export interface ExtractedFact {
  text: string;
  factType: "world" | "experience";
  /** Only an event has a time of its own. */
  isEvent: boolean;
  /** As the model wrote them. */
  occurredStart?: string | undefined;
  occurredEnd?: string | undefined;
  entities: string[];
  /** The places of the facts before it that caused it. */
  causes?: number[] | undefined;
}

export interface FactList {
  facts: ExtractedFact[];
  /** Elements that are no facts: not objects, without any key for the statement, or with broken entities. */
  malformed: number;
  /** The keys of those elements, each once. */
  wrongKeys: string[];
  /** Length of the model's list. */
  total: number;
}

const STATEMENT_KEYS = ["what", "factual_core", "text"];

/**
 * Reads the facts out of a model's JSON answer: `{"facts": […]}`, or a bare array of objects.
 * @returns undefined when it holds no list of facts at all.
 */
export function readFacts(json: string): FactList | undefined {
  const answer = parseJson(json);
  const list = Array.isArray(answer) ? answer : isJsonObject(answer) ? answer.facts : undefined;
  if (!Array.isArray(list)) return undefined;
  if (list === answer && !list.every(isJsonObject)) return undefined;
  const facts: ExtractedFact[] = [];
  const wrongKeys = new Set<string>();
  let malformed = 0;
  for (const element of list) {
    const fact = isJsonObject(element) ? readFact(element) : "malformed";
    if (fact === "malformed") {
      malformed += 1;
      if (isJsonObject(element)) for (const key of Object.keys(element)) wrongKeys.add(key);
    } else if (fact !== "empty") {
      facts.push(fact);
    }
  }
  return { facts, malformed, wrongKeys: [...wrongKeys], total: list.length };
}

/** Below this share of usable facts the model is asked again. */
const USABLE_SHARE = 0.8;

export function isWorthAskingAgain(list: FactList): boolean {
  return list.malformed > 0 && list.facts.length < USABLE_SHARE * list.total;
}

function readFact(element: Record<string, unknown>): ExtractedFact | "malformed" | "empty" {
  const entities = readEntities(element.entities);
  if (!STATEMENT_KEYS.some((key) => key in element) || !entities) return "malformed";
  const what = STATEMENT_KEYS.map((key) => textOf(element[key])).find((text) => text !== undefined);
  if (what === undefined) return "empty";
  const when = textOf(element.when);
  const who = textOf(element.who);
  const why = textOf(element.why);
  const parts = [what, when && `When: ${when}`, who && `Involving: ${who}`, why];
  return {
    text: parts.filter((part) => part !== undefined).join(" | "),
    factType: isExperience(element) ? "experience" : "world",
    isEvent: element.fact_kind === "event",
    occurredStart: textOf(element.occurred_start),
    occurredEnd: textOf(element.occurred_end),
    entities,
  };
}

function isExperience({ fact_type: type, fact_kind: kind }: Record<string, unknown>): boolean {
  return type === "assistant" || (type !== "world" && kind === "assistant");
}

/** Models write "nothing" in many ways. */
function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (typeof value === "string") return value.toLowerCase() === "n/a";
  return typeof value === "object" && Object.keys(value).length === 0;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && !isAbsent(value) ? sanitizeText(value) : undefined;
}

/** The names; undefined when the value is no list. */
function readEntities(value: unknown): string[] | undefined {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) return undefined;
  return value
    .map((entity) => (isJsonObject(entity) ? entity.text : entity))
    .filter((name) => typeof name === "string")
    .map(sanitizeText)
    .filter((name) => name.trim() !== "");
}

/** Whether a text says nothing: punctuation alone, or at most two characters that are neither letters nor digits. */
export function isDegenerate(text: string): boolean {
  const trimmed = text.trim();
  if (/[\p{L}\p{N}]/u.test(trimmed)) return false;
  return /^\p{P}*$/u.test(trimmed) || [...trimmed].length <= 2;
}
