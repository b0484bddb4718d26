/** Takes out of a document what withdrawn facts say. */
import type { Fact } from "../reflect/evidence.ts";
import { BEFORE, saysSame } from "../reflect/said.ts";
import type { KnownSection } from "./request.ts";

const SENTENCE_END = /(?<=[.!?…]["'”’)]*)\s+(?=[\p{Lu}\p{N}"'“‘(])/u;
const LIST_MARK = /^\s*(?:[-*+]|\d+[.)])\s+/;

/** The operations. What a fact that still holds says, too, stays. */
export function takeOut(
  sections: readonly KnownSection[],
  withdrawn: readonly Fact[],
  holding: readonly Fact[],
): object[] {
  const isWithdrawn = (sentence: string) =>
    withdrawn.some((fact) => saysSame(sentence, fact)) && !holding.some((fact) => saysSame(sentence, fact));
  return sections.flatMap(({ id: section_id, blocks }) => {
    const left = blocks.map((block) => ({ ...block, text: withoutSentences(block.text, isWithdrawn) }));
    const changed = left.filter(({ text }, index) => text !== blocks[index]?.text);
    if (changed.length > 0 && left.every(({ text }) => text === "")) {
      return [{ op: "remove_section", section_id }];
    }
    return changed.map(({ id: block_id, text }) =>
      text === ""
        ? { op: "remove_block", section_id, block_id }
        : { op: "replace_block", section_id, block_id, text },
    );
  });
}

/** Line by line, so that lists stay lists. A line of which nothing is left goes. */
function withoutSentences(text: string, isGone: (sentence: string) => boolean): string {
  const lines = text.split("\n").flatMap((line) => {
    const mark = LIST_MARK.exec(line)?.[0] ?? "";
    const sentences = line.slice(mark.length).split(SENTENCE_END);
    const kept = sentences.filter((sentence) => !isGone(sentence));
    if (kept.length === sentences.length) return line;
    const rest = kept.join(" ");
    return rest === "" ? [] : `${mark}${rest.startsWith(BEFORE) ? rest.slice(BEFORE.length) : rest}`;
  });
  return lines.join("\n");
}
