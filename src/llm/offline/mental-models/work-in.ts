/** Works new facts into a document. */
import { Changes } from "../consolidation/changes.ts";
import { loadTagger } from "../extraction/grammar.ts";
import { dated, NOT_KNOWN, sentence } from "../reflect/answer.ts";
import { fullName, GENERAL, headingOf } from "../reflect/document.ts";
import { type Fact, sentencesOf } from "../reflect/evidence.ts";
import { BEFORE, dayOf, readSaid, tells } from "../reflect/said.ts";
import type { KnownSection } from "./request.ts";

/** A paragraph of the document as it will be. */
interface Paragraph {
  /** Of a new section, its heading. */
  section: KnownSection | string;
  /** Undefined: it is new. */
  id: string | undefined;
  before: string;
  text: string;
}

/** A fact of which nobody knows the day became known last. */
const LATEST = "9999-12-31";

/**
 * The operations: a fact that ends what a paragraph says takes its place, and tells what was before; any other goes to the section
 * of its subject; what the document says already is passed over.
 */
export async function workIn(sections: readonly KnownSection[], facts: readonly Fact[]): Promise<object[]> {
  const changes = new Changes(await loadTagger());
  const paragraphs = sections.flatMap((section) =>
    section.blocks.map(({ id, text }): Paragraph => ({ section, id, before: text, text })),
  );
  for (const fact of facts.toSorted(byDay)) {
    if (paragraphs.some(({ text }) => tells(text, fact))) continue;
    const ended = findEnded(paragraphs, fact, changes);
    if (ended) {
      const { paragraph, old } = ended;
      paragraph.text = paragraph.text.replace(old, () => `${written(fact)} ${BEFORE}${old}`);
    } else {
      const section = sectionFor(fact, sections);
      paragraphs.push({ section, id: undefined, before: "", text: written(fact) });
    }
  }
  return operationsFor(paragraphs);
}

function byDay(a: Fact, b: Fact): number {
  const [first, second] = [dayOf(a) ?? LATEST, dayOf(b) ?? LATEST];
  return first < second ? -1 : first > second ? 1 : 0;
}

function written(fact: Fact): string {
  return fact.when !== undefined || fact.occurred !== undefined ? dated(fact) : sentence(fact);
}

/** The first sentence that no longer holds, if the fact is right. What is told as past already stays so. */
function findEnded(
  paragraphs: readonly Paragraph[],
  fact: Fact,
  changes: Changes,
): { paragraph: Paragraph; old: string } | undefined {
  const later = { text: fact.statement, day: dayOf(fact) ?? LATEST };
  for (const paragraph of paragraphs) {
    for (const old of paragraph.text.split("\n").flatMap(sentencesOf)) {
      if (old.startsWith(BEFORE) || !paragraph.text.includes(old)) continue;
      if (changes.supersedes(later, readSaid(old))) return { paragraph, old };
    }
  }
  return undefined;
}

/** @returns the section of the fact's subject, else one whose heading it names, or the heading of a new one. */
function sectionFor(fact: Fact, sections: readonly KnownSection[]): KnownSection | string {
  const subject = fullName(
    headingOf(fact),
    sections.map(({ heading }) => heading),
  );
  const isNamed = ({ heading }: KnownSection) => heading !== "" && fact.statement.includes(heading);
  return (
    sections.find(({ heading }) => heading.toLowerCase() === subject.toLowerCase()) ??
    (subject === GENERAL ? sections.find(isNamed) : undefined) ??
    subject
  );
}

function operationsFor(paragraphs: readonly Paragraph[]): object[] {
  const operations: object[] = [];
  const headings = new Map<string, string[]>();
  for (const { section, id, before, text } of paragraphs) {
    if (typeof section === "string") headings.set(section, [...(headings.get(section) ?? []), text]);
    else if (id === undefined) operations.push({ op: "append_block", section_id: section.id, text });
    else if (text !== before) {
      operations.push({ op: "replace_block", section_id: section.id, block_id: id, text });
    }
  }
  for (const [heading, blocks] of headings) operations.push({ op: "add_section", heading, level: 2, blocks });
  if (operations.length === 0) return [];
  const unknown = paragraphs.flatMap(({ section, id, before }) =>
    typeof section !== "string" && id !== undefined && before === NOT_KNOWN
      ? { op: "remove_block", section_id: section.id, block_id: id }
      : [],
  );
  return [...unknown, ...operations];
}
