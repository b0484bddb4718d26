/** A mental model's text as the offline model writes it: a section for each subject, a paragraph for each fact. */

import { capitalise } from "../extraction/speakers.ts";
import { wordsOf } from "../words.ts";
import { dated, NOT_KNOWN, sentence, speakerOf } from "./answer.ts";
import type { Fact } from "./evidence.ts";
import type { Question } from "./question.ts";
import { rankForDocument } from "./ranking.ts";
import { tells } from "./said.ts";
import { countWords, wordsFor } from "./shorten.ts";

export interface WrittenSection {
  heading: string;
  level: number;
  blocks: string[];
}

interface WrittenDocument {
  sections: WrittenSection[];
  text: string;
  used: Fact[];
  found: boolean;
}

const MOST_FACTS = 24;
const LEVEL = 2;
/** Of what concerns nobody in particular. */
export const GENERAL = "General";

/** @param maxTokens how long it may be; the facts that fit best come first. */
export function writeDocument(
  question: Question,
  facts: readonly Fact[],
  maxTokens: number | undefined,
): WrittenDocument {
  let room = wordsFor(maxTokens);
  const used: Fact[] = [];
  const written: Fact[] = [];
  for (const fact of byKind(rankForDocument(question, facts, MOST_FACTS))) {
    const isWritten = written.some(({ statement }) => tells(statement, fact));
    if (!isWritten) {
      room -= countWords(block(fact));
      if (room < 0 && written.length > 0) break;
      written.push(fact);
    }
    used.push(fact);
  }
  if (used.length === 0) {
    const unknown = [{ heading: "", level: LEVEL, blocks: [NOT_KNOWN] }];
    return { sections: unknown, text: NOT_KNOWN, used, found: false };
  }
  return { sections: sectionsOf(written), text: "", used, found: true };
}

/** What was said comes before what was made of it. */
function byKind(facts: readonly Fact[]): Fact[] {
  const kinds: Fact["kind"][] = ["memory", "observation", "mental_model"];
  return kinds.flatMap((kind) => facts.filter((fact) => fact.kind === kind));
}

function sectionsOf(facts: readonly Fact[]): WrittenSection[] {
  const sections = new Map<string, Fact[]>();
  const headings = facts.map(headingOf);
  for (const fact of facts) {
    const subject = fullName(headingOf(fact), headings);
    sections.set(subject, [...(sections.get(subject) ?? []), fact]);
  }
  return [...sections].map(([heading, members]) => ({
    heading,
    level: LEVEL,
    blocks: [...new Set(members.toSorted(byDate).map(block))],
  }));
}

function block(fact: Fact): string {
  return fact.when !== undefined || fact.occurred !== undefined ? dated(fact) : sentence(fact);
}

function byDate(a: Fact, b: Fact): number {
  const [first = "", second = ""] = [a.occurred ?? a.mentioned, b.occurred ?? b.mentioned];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Whom or what a fact is about, as a heading: who says it, or the first of its names that it begins with. */
export function headingOf(fact: Fact): string {
  const speaker = speakerOf(fact);
  if (speaker !== undefined) return speaker;
  const names = [...fact.entities, ...(fact.involving?.split(/,\s*/) ?? [])].map((name) =>
    name.replace(/\s*\(.*$/, ""),
  );
  const places = names
    .map((name) => ({ name, at: fact.statement.indexOf(name) }))
    .filter(({ name, at }) => name !== "" && at >= 0)
    .sort((a, b) => a.at - b.at || b.name.length - a.name.length);
  const [first] = places;
  if (first?.at === 0) return capitalise(first.name);
  return capitalise(nameAtStart(fact.statement) ?? first?.name ?? GENERAL);
}

/** The only one of the headings that ends with this name: "Thorne" is told of under "Captain Elias Thorne". */
export function fullName(name: string, headings: readonly string[]): string {
  const longer = new Set(headings.filter((heading) => heading.endsWith(` ${name}`)));
  const [only] = longer;
  return longer.size === 1 && only !== undefined ? only : name;
}

/** The capitalised words that a statement begins with, where the first is no ordinary word. */
function nameAtStart(statement: string): string | undefined {
  const name = /^\p{Lu}[\p{L}\p{M}\p{N}'’-]*(?: \p{Lu}[\p{L}\p{M}\p{N}'’-]*)*/u.exec(statement)?.[0];
  const bare = name?.replace(/['’]s?$/, "");
  const [first] = wordsOf(bare ?? "");
  return first && first.weight === 1 ? bare : undefined;
}

/** The document of a markdown text with the first blocks of each section that fit. */
export function shortenDocument(text: string, maxTokens: number | undefined): { sections: WrittenSection[] } {
  const sections: WrittenSection[] = [];
  for (const part of text.split(/\n\s*\n/)) {
    const [, marks = "", heading = ""] = /^(#{1,6})\s+(.*)$/.exec(part.trim()) ?? [];
    if (marks !== "") sections.push({ heading, level: marks.length, blocks: [] });
    else if (part.trim() !== "") {
      if (sections.length === 0) sections.push({ heading: "", level: LEVEL, blocks: [] });
      sections.at(-1)?.blocks.push(part.trim());
    }
  }
  let room = wordsFor(maxTokens);
  const kept = sections.map((section) => ({ ...section, blocks: [] as string[] }));
  // The first block of every section, then the second, so that no subject is lost before there is need.
  const most = Math.max(0, ...sections.map(({ blocks }) => blocks.length));
  for (let row = 0; row < most; row++) {
    for (const [at, { blocks }] of sections.entries()) {
      const block = blocks[row];
      if (block === undefined) continue;
      room -= countWords(block);
      if (room >= 0 || (row === 0 && at === 0)) kept[at]?.blocks.push(block);
    }
  }
  return { sections: kept.filter(({ blocks }) => blocks.length > 0) };
}
