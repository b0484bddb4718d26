/** An answer that the model gave as a document of sections in place of text. */
import { isJsonObject } from "../../json-object.ts";

/**
 * The document as markdown: an object with `sections`, a list of sections, or one section; JSON in a string as well.
 * @returns `undefined` when it has another shape.
 */
export function renderDocument(document: unknown): string | undefined {
  const value = typeof document === "string" ? decode(document) : document;
  const sections = isJsonObject(value) ? (value.sections ?? [value]) : value;
  if (!Array.isArray(sections)) return undefined;
  const rendered = sections.map(renderSection);
  return rendered.every((part) => part !== undefined)
    ? rendered.filter((part) => part !== "").join("\n\n")
    : undefined;
}

function renderSection(section: unknown): string | undefined {
  if (!isJsonObject(section)) return undefined;
  const blocks = section.blocks ?? [];
  if (!Array.isArray(blocks) || !blocks.every((block) => typeof block === "string")) return undefined;
  const heading = String(section.heading ?? "")
    .replace(/^[#\s]+/, "")
    .trim();
  const level = Math.min(6, Math.max(1, Math.trunc(Number(section.level ?? 2)) || 2));
  const paragraphs = blocks.flatMap((block) => block.split(/\n\s*\n/)).map((paragraph) => paragraph.trim());
  return [heading === "" ? "" : `${"#".repeat(level)} ${heading}`, ...paragraphs]
    .filter((part) => part !== "")
    .join("\n\n");
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
