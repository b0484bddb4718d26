import { isJsonObject } from "../../../json-object.ts";
import type { Block, Section, StructuredDocument } from "./structure.ts";

/** A document as it was stored; undefined when it has another shape. */
export function readStructure(stored: unknown): StructuredDocument | undefined {
  if (!isJsonObject(stored) || !Array.isArray(stored.sections)) return undefined;
  const sections = stored.sections.flatMap(readSection);
  return sections.length === stored.sections.length ? { sections } : undefined;
}

function readSection(section: unknown): Section[] {
  if (!isJsonObject(section)) return [];
  const { id, heading, level, blocks } = section;
  if (typeof id !== "string" || typeof heading !== "string" || typeof level !== "number") return [];
  if (!Array.isArray(blocks)) return [];
  const read = blocks.flatMap(readBlock);
  return read.length === blocks.length ? [{ id, heading, level, blocks: read }] : [];
}

function readBlock(block: unknown): Block[] {
  if (!isJsonObject(block) || typeof block.id !== "string" || typeof block.text !== "string") return [];
  return [{ id: block.id, text: block.text }];
}
