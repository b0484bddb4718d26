/**
 * Whether a tag matches a pattern as shells write them, case-sensitively: `*` is any text, `?` one character, `[ab]` one of
 * these, `[!ab]` none of them.
 */
export function matchesGlob(pattern: string, tag: string): boolean {
  return compileGlob(pattern)(tag);
}

/** A pattern that is asked of many tags. However many stars it has, a tag takes no longer than both lengths multiplied. */
export function compileGlob(pattern: string): (tag: string) => boolean {
  const steps = [...pattern.matchAll(PARTS)].map(([part, none, some]) => toStep(part, none, some));
  return (tag) => matches(steps, [...tag]);
}

/** What one character must be, or any text. */
type Step = "*" | ((character: string) => boolean);

const PARTS = /\*+|\?|\[!(\][^\]]*|[^\]]+)\]|\[(?!!)(\][^\]]*|[^\]]+)\]|./gsu;

function toStep(part: string, none: string | undefined, some: string | undefined): Step {
  if (part.startsWith("*")) return "*";
  if (part === "?") return () => true;
  const members = none ?? some;
  if (members === undefined) return (character) => character === part;
  const ranges = rangesOf([...members]);
  const isMember = (character: string) => ranges.some(([first, last]) => isWithin(character, first, last));
  return none === undefined ? isMember : (character) => !isMember(character);
}

function isWithin(character: string, first: string, last: string): boolean {
  const [code = 0, from = 0, to = 0] = [character, first, last].map((text) => text.codePointAt(0));
  return from <= code && code <= to;
}

/** `a-c` is a range, which may be empty; a dash at either end is one of the characters. */
function rangesOf(members: readonly string[]): [first: string, last: string][] {
  const ranges: [string, string][] = [];
  for (let index = 0; index < members.length; index += 1) {
    const [first = "", dash, last] = members.slice(index, index + 3);
    const isRange = dash === "-" && last !== undefined;
    ranges.push([first, isRange ? last : first]);
    if (isRange) index += 2;
  }
  return ranges;
}

/** Takes as little as possible for a star, and more only where the rest does not fit: only the last one can have to grow. */
function matches(steps: readonly Step[], characters: readonly string[]): boolean {
  let step = 0;
  let at = 0;
  let star: { next: number; end: number } | undefined;
  while (at < characters.length) {
    const current = steps[step];
    if (current === "*") {
      step += 1;
      star = { next: step, end: at };
    } else if (current?.(characters[at] ?? "")) {
      step += 1;
      at += 1;
    } else if (star) {
      star.end += 1;
      at = star.end;
      step = star.next;
    } else {
      return false;
    }
  }
  return steps.slice(step).every((rest) => rest === "*");
}
