/**
 * Whether a tag matches a pattern as shells write them, case-sensitively: `*` is any text, `?` one character, `[ab]` one of
 * these, `[!ab]` none of them.
 */
export function matchesGlob(pattern: string, tag: string): boolean {
  return new RegExp(`^${toSource(pattern)}$`, "su").test(tag);
}

const PARTS = /\*+|\?|\[(!?)(\]?[^\]]*)\]|[^*?[]+|\[/gu;

function toSource(pattern: string): string {
  return pattern.replace(PARTS, (part, negated: string | undefined, members: string | undefined) => {
    if (part.startsWith("*")) return ".*";
    if (part === "?") return ".";
    if (members) return characterClass(negated === "!", members);
    return literally(part);
  });
}

/** Ranges (`a-z`) mean the same in both notations, but for those that are empty. */
function characterClass(negated: boolean, members: string): string {
  const source = `[${negated ? "^" : ""}${members.replaceAll(/[\\\]^[&|~]/g, "\\$&")}]`;
  try {
    new RegExp(source, "u");
    return source;
  } catch {
    return negated ? "." : "(?!)";
  }
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
