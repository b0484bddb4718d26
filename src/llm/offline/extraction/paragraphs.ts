const BULLET = /^\s*(?:[-*•‣–—+]|\(?\d{1,3}[.)]|\[[ xX]?\])\s+(?:\[[ xX]?\]\s+)?/u;
const HEADING = /^\s*(?:#{1,6}\s+|(\*\*|__)(?=.*\1\s*$))/u;
const INTRODUCTION = /^\S.{0,80}:$/u;
const RULE = /^\s*(?:[-=*_]\s*){3,}$/u;

/** A line shorter than this is not prose that was wrapped. */
const WRAPPED_LENGTH = 50;

/** A stretch of text that is read on its own. */
export interface Paragraph {
  kind: "heading" | "item" | "prose";
  text: string;
  /** What an item of a list stands under, as in "Decisions:". */
  label?: string | undefined;
}

/** Takes text apart: wrapped lines are joined, and every item of a list stands on its own, under its heading. */
export function splitParagraphs(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let lines: string[] = [];
  let label: string | undefined;
  const setLabel = (heading: string) => {
    label = heading;
    paragraphs.push({ kind: "heading", text: heading });
  };
  const flush = () => {
    const prose = lines.join(" ");
    lines = [];
    if (prose === "") return;
    if (INTRODUCTION.test(prose)) setLabel(prose.slice(0, -1));
    else paragraphs.push({ kind: "prose", text: prose });
  };
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === "" || RULE.test(line)) {
      flush();
    } else if (HEADING.test(line)) {
      flush();
      setLabel(line.replace(/^[\s#*_]+|[\s*_:]+$/gu, ""));
    } else if (BULLET.test(line)) {
      flush();
      paragraphs.push({ kind: "item", text: line.replace(BULLET, ""), label });
    } else {
      if (INTRODUCTION.test(line) || startsAnew(lines.at(-1), line)) flush();
      lines.push(line);
    }
  }
  flush();
  return paragraphs;
}

/** Whether a line begins something new, and does not go on with the wrapped one before it. */
function startsAnew(previous: string | undefined, line: string): boolean {
  if (previous === undefined || INTRODUCTION.test(previous)) return false;
  return previous.length < WRAPPED_LENGTH && !/^\p{Ll}/u.test(line) && !previous.endsWith(",");
}
