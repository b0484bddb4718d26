/** Reads the document that a model answers with. */
import { isJsonObject } from "../../../json-object.ts";
import { repairStructuredAnswer } from "../../../llm/structured-answer.ts";
import { parseJson } from "../../../parse-json.ts";
import { inPython, isEmptyInPython } from "../../python-values.ts";
import { splitBlocks } from "./split.ts";
import {
  PREAMBLE,
  type Section,
  type StructuredDocument,
  slugOf,
  TakenIds,
  trimBlankLines,
} from "./structure.ts";

const DEFAULT_LEVEL = 2;
const QUOTED_LENGTH = 80;

/** The document, or what is wrong with its shape, in words that the model can mend it by. */
export type ReadDocument = { document: StructuredDocument } | { faults: string[] };

/**
 * What may be in order in more than one way is put in order; what has the wrong type is not guessed at.
 * @param value an object with `sections`, a list of sections, or one section; JSON in a string as well.
 * @param change what is done to each heading and block before it gets its id.
 */
export function readDocument(value: unknown, change = (text: string): string => text): ReadDocument {
  const decoded = decode(decode(value));
  const sections = sectionsOf(decoded);
  if (!sections)
    return { faults: [`document: must be an object with a list \`sections\`, not ${nameOf(decoded)}`] };
  const faults = sections.flatMap(faultsOf);
  if (faults.length > 0) return { faults };
  const sectionIds = new TakenIds();
  const blockIds = new TakenIds();
  const read = sections.filter(isJsonObject).flatMap((section): Section[] => {
    const heading = change(headingOf(section.heading));
    const blocks = splitBlocks(linesOf(section.blocks).map(change), blockIds);
    if (heading === "" && blocks.length === 0) return [];
    const id = sectionIds.take(heading === "" ? PREAMBLE : slugOf(heading));
    return [{ id, heading, level: levelOf(section.level), blocks }];
  });
  return { document: { sections: read } };
}

/** Whether there is no document: nothing, or JSON in a string that says so. */
export function isNoDocument(value: unknown): boolean {
  return (decode(value) ?? null) === null;
}

/** JSON that was written into a string, an object also where it has to be mended; anything else is itself. */
function decode(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const json = parseJson(value);
  if (json !== undefined) return json;
  const start = value.search(/[{[]/);
  const mended = start < 0 ? undefined : repairStructuredAnswer(value.slice(start));
  return isJsonObject(mended) ? mended : value;
}

function sectionsOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return undefined;
  if ("sections" in value) {
    const sections = value.sections ?? [];
    return Array.isArray(sections) ? sections : undefined;
  }
  // One section that stands for the document.
  return "blocks" in value ? [value] : undefined;
}

function faultsOf(section: unknown, number: number): string[] {
  const place = `sections[${number}]`;
  if (!isJsonObject(section)) {
    return [`${place}: must be an object with heading, level and blocks, not ${nameOf(section)}`];
  }
  const blocks = section.blocks || [];
  if (!Array.isArray(blocks)) return [`${place}.blocks: must be a list of strings, not ${nameOf(blocks)}`];
  return blocks.flatMap((block, index) =>
    typeof block === "string"
      ? []
      : [`${place}.blocks[${index}]: must be markdown in a string, not ${nameOf(block)}`],
  );
}

function nameOf(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, QUOTED_LENGTH);
}

function headingOf(heading: unknown): string {
  const text = typeof heading === "string" ? heading : isEmptyInPython(heading) ? "" : inPython(heading);
  return text.trim().replace(/^#+/, "").trim();
}

function levelOf(level: unknown): number {
  if (level === true) return 1;
  const isText = typeof level === "string" && /^\s*[+-]?\d+(_\d+)*\s*$/.test(level);
  const number = isText ? Number(level.replaceAll("_", "")) : level;
  if (typeof number !== "number" || !Number.isFinite(number) || number === 0) return DEFAULT_LEVEL;
  return Math.min(6, Math.max(1, Math.trunc(number)));
}

/** The lines of all blocks, parted by blank ones: a block may hold several. */
function linesOf(blocks: unknown): string[] {
  const texts = Array.isArray(blocks) ? blocks.filter((block) => typeof block === "string") : [];
  return texts.map(trimBlankLines).flatMap((text) => (text.trim() === "" ? [] : [...text.split("\n"), ""]));
}
