/** Reads markdown as sections and blocks. Headings and blank lines are all that is looked at: nothing is lost. */
import { splitLines } from "./lines.ts";
import {
  type Block,
  newBlock,
  PREAMBLE,
  type Section,
  type StructuredDocument,
  slugOf,
  TakenIds,
} from "./structure.ts";

const HEADING = /^(#{1,6})\s+(.*\S)\s*$/;
const FENCE = /^\s*(`{3}|~{3})/;

export function splitMarkdown(markdown: string): StructuredDocument {
  const sections: Section[] = [];
  const sectionIds = new TakenIds();
  const blockIds = new TakenIds();
  let lines: string[] = [];
  let open: Omit<Section, "blocks"> = { id: PREAMBLE, heading: "", level: 2 };
  const close = () => {
    const blocks = splitBlocks(lines, blockIds);
    lines = [];
    if (open.heading === "" && blocks.length === 0) return;
    sections.push({ ...open, id: sectionIds.take(open.id), blocks });
  };
  const isInFence = fenceReader();
  for (const line of splitLines(markdown)) {
    const heading = isInFence(line) ? null : HEADING.exec(line);
    if (!heading) {
      lines.push(line);
      continue;
    }
    close();
    const [, marks = "", text = ""] = heading;
    open = { id: slugOf(text), heading: text.trim(), level: marks.length };
  }
  close();
  return { sections };
}

/** The blocks that blank lines part, but not inside a code fence. */
export function splitBlocks(lines: readonly string[], taken: TakenIds): Block[] {
  const texts: string[][] = [[]];
  const isInFence = fenceReader();
  for (const line of lines) {
    if (!isInFence(line) && line.trim() === "") texts.push([]);
    else texts.at(-1)?.push(line);
  }
  return texts
    .map((text) => text.join("\n"))
    .filter((text) => text.trim() !== "")
    .map((text) => newBlock(text, taken));
}

/** Told line by line, says whether one belongs to a code fence: its first and last line do. */
function fenceReader(): (line: string) => boolean {
  let open: string | undefined;
  return (line) => {
    const mark = FENCE.exec(line)?.[1];
    if (mark === undefined) return open !== undefined;
    if (open === undefined) open = mark;
    else if (mark === open) open = undefined;
    return true;
  };
}
