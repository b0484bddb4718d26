/**
 * A mental model's text as what it consists of: sections with a heading, and blocks of markdown that are kept as they were
 * written. The text is made from it, so that what a change does not name stays as it is.
 */
import { createHash } from "node:crypto";

/** A paragraph, a list, a table, a code fence. */
export interface Block {
  id: string;
  text: string;
}

export interface Section {
  id: string;
  /** Empty: of what stands before the first heading. */
  heading: string;
  /** Of the heading, 1 to 6. */
  level: number;
  blocks: Block[];
}

export interface StructuredDocument {
  sections: Section[];
}

export const PREAMBLE = "preamble";
const BLOCK_ID_DIGITS = 8;

/** The document as markdown. */
export function renderDocument({ sections }: StructuredDocument): string {
  const text = sections
    .map(renderSection)
    .filter((part) => part !== "")
    .join("\n\n");
  return text === "" ? "" : `${text}\n`;
}

function renderSection({ heading, level, blocks }: Section): string {
  const title = heading.trim();
  return [
    ...(title === "" ? [] : [`${"#".repeat(level)} ${title}`]),
    ...blocks.map(({ text }) => text).filter((text) => text.trim() !== ""),
  ].join("\n\n");
}

/** A section's id: its heading in lower case, with hyphens in place of all but letters and digits of ASCII. */
export function slugOf(heading: string): string {
  const slug = heading
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug || "section";
}

/** Ids that are taken, and from where on numbers are looked for: of thousands that are alike none is counted from the start. */
export class TakenIds {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** Takes the id itself, or with the first number from 2 on that makes it one which is not taken. */
  take(id: string): string {
    const free = this.#free(id);
    this.#taken.add(free);
    return free;
  }

  release(id: string): void {
    this.#taken.delete(id);
    this.#next.clear();
  }

  #free(id: string): string {
    if (!this.#taken.has(id)) return id;
    let number = this.#next.get(id) ?? 2;
    while (this.#taken.has(`${id}-${number}`)) number += 1;
    this.#next.set(id, number + 1);
    return `${id}-${number}`;
  }
}

/** A block of this text: its id is derived from it, and noted among those that are taken. */
export function newBlock(text: string, taken: TakenIds): Block {
  const plain = trimBlankLines(text);
  const digest = createHash("sha1").update(plain).digest("hex").slice(0, BLOCK_ID_DIGITS);
  return { id: taken.take(`b${digest}`), text: plain };
}

/** Blank lines around a block part it from others; indentation and spaces at the ends of lines are the block's own. */
export function trimBlankLines(text: string): string {
  const lines = text.split("\n");
  const isText = (line: string) => line.trim() !== "";
  const first = lines.findIndex(isText);
  return first < 0 ? "" : lines.slice(first, lines.findLastIndex(isText) + 1).join("\n");
}
