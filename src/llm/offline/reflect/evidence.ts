/** What the tools returned, read out of the conversation as a model would read it. */

import { isJsonObject } from "../../../json-object.ts";
import { parseJson } from "../../../parse-json.ts";
import { parseObservation } from "../consolidation/observation-text.ts";
import { spelledDay } from "./spelled-dates.ts";

export interface Fact {
  /** The alias that it is cited by. */
  id: string;
  kind: "memory" | "observation" | "mental_model";
  /** What the fact says, without the labelled parts that extraction put behind it. */
  statement: string;
  /** Those parts: when it was, and who is concerned. */
  when: string | undefined;
  involving: string | undefined;
  entities: string[];
  /** What it was retained with: often who says it. */
  context: string | undefined;
  /** Its place in the list that brought it first: searches put the best match first. */
  place: number;
  /** `YYYY-MM-DD HH:MM` */
  occurred: string | undefined;
  mentioned: string | undefined;
}

const FIRST_PERSON = /\b(I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|[Uu]s|[Oo]ur)\b/;

export function isFirstPerson(statement: string): boolean {
  return FIRST_PERSON.test(statement);
}

/** The facts in the results of searches, in the order of first appearance; of observations and mental models, each thing that they state. */
export function readFacts(toolResults: readonly string[]): Fact[] {
  const facts = new Map<string, Fact>();
  for (const text of toolResults) {
    const result = parseJson(text);
    if (!isJsonObject(result)) continue;
    const found = [
      ...entriesOf(result.memories).flatMap((entry, place) => readFact(entry, "memory", place)),
      ...entriesOf(result.observations).flatMap((entry, place) =>
        readFact(entry, "observation", place).flatMap(statementsOf),
      ),
      ...entriesOf(result.mental_models).flatMap(readPage),
    ];
    for (const fact of found) {
      const key = fact.kind === "memory" ? fact.id : `${fact.id} ${fact.statement}`;
      if (!facts.has(key)) facts.set(key, fact);
    }
  }
  return [...facts.values()];
}

function entriesOf(list: unknown): unknown[] {
  return Array.isArray(list) ? list : [];
}

function readFact(entry: unknown, kind: Fact["kind"], place: number): Fact[] {
  if (!isJsonObject(entry) || typeof entry.id !== "string" || typeof entry.text !== "string") return [];
  const text = (name: string) => (typeof entry[name] === "string" ? entry[name] : undefined);
  return [
    {
      id: entry.id,
      kind,
      ...readStatement(entry.text),
      entities: entriesOf(entry.entities).filter((name) => typeof name === "string"),
      context: text("context"),
      place,
      occurred: text("occurred_start"),
      mentioned: text("mentioned_at"),
    },
  ];
}

/** An observation states many things, each of its day. */
function statementsOf(fact: Fact): Fact[] {
  const day = (fact.occurred ?? fact.mentioned)?.slice(0, 10) ?? null;
  const statements = parseObservation(fact.statement, day);
  if (statements.length <= 1) return [fact];
  return statements.map(({ text, day }) => ({
    ...fact,
    statement: text,
    occurred: undefined,
    mentioned: day ?? undefined,
  }));
}

/** A fact's text without the labelled parts behind it, and these. */
export function readStatement(text: string): Pick<Fact, "statement" | "when" | "involving"> {
  const [statement = "", ...labelled] = text.split(" | ");
  const part = (label: string) => labelled.find((words) => words.startsWith(label))?.slice(label.length);
  return { statement: statement.trim(), when: part("When: "), involving: part("Involving: ") };
}

/** A page's sentences, under what its headings and its name say. */
function readPage(entry: unknown): Fact[] {
  if (!isJsonObject(entry) || typeof entry.id !== "string") return [];
  const { id, name } = entry;
  const text = [entry.content, entry.snippet].find((part) => typeof part === "string" && part.trim() !== "");
  if (typeof text !== "string") return [];
  const about = typeof name === "string" ? [name] : [];
  let heading: string[] = [];
  return text
    .split("\n")
    .flatMap((line) => {
      if (/^#{1,6}\s/.test(line)) heading = [line.replace(/^#+\s*/, "")];
      else return sentencesOf(line).map((statement) => ({ statement, entities: [...about, ...heading] }));
      return [];
    })
    .map(({ statement, entities }, place) => ({
      id,
      kind: "mental_model",
      ...readStatement(statement),
      entities,
      context: undefined,
      place,
      // When the page was written says nothing of when its sentences became true.
      occurred: spelledDay(statement) ?? undefined,
      mentioned: undefined,
    }));
}

/** The sentences of a line of markdown, without the marks of lists, quotes and tables. */
export function sentencesOf(line: string): string[] {
  const plain = line
    .replace(/^\s*(?:[-*+>]|\d+[.)])\s+/, "")
    .replace(/\*\*|__|`/g, "")
    .trim();
  if (!/[\p{L}\p{N}]/u.test(plain)) return [];
  return plain.split(/(?<=[.!?…])\s+(?=[\p{Lu}\p{N}"'“‘(])/u);
}

/** A line of notes on search results: `- what it says [dates and ids]`. */
export function readNotes(lines: readonly string[]): Fact[] {
  return lines.flatMap((line, place): Fact[] => {
    const text = /^\s*[-*]\s+(\S.*)/.exec(line)?.[1]?.trim() ?? "";
    const [behind = "", brackets] = /[[(]([^\])]*)[\])]$/.exec(text) ?? [];
    const said = text.slice(0, text.length - behind.length).trim();
    if (said === "") return [];
    const date = (name: string) =>
      new RegExp(`${name}:? (\\d{4}-\\d\\d-\\d\\d(?: \\d\\d:\\d\\d)?)`).exec(brackets ?? "")?.[1];
    const id = /\b([fo]\d+)\b/.exec(brackets ?? "")?.[1] ?? `note ${place}`;
    return [
      {
        id,
        kind: id.startsWith("o") ? "observation" : "memory",
        ...readStatement(said),
        entities: [],
        context: /\bby ([^;\])]+)/.exec(brackets ?? "")?.[1],
        place,
        occurred: date("occurred"),
        mentioned: date("mentioned"),
      },
    ];
  });
}
