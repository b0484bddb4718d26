/** Abbreviations after which a sentence goes on. */
const ABBREVIATIONS = new Set(
  `mr mrs ms mx dr prof rev hon sr jr st mt ft gen col lt sgt capt cmdr gov sen rep pres
  vs no nos vol ch fig figs sec pp approx ca cf al est dept tel ext inc ltd co corp bros
  jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun e.g i.e eg ie bzw z.b`.split(
    /\s+/,
  ),
);

/** Abbreviations that may also end a sentence: it depends on the word that follows. */
const MAY_END = new Set([
  "a.m",
  "p.m",
  "am",
  "pm",
  "etc",
  "u.s",
  "u.k",
  "e.u",
  "d.c",
  "inc",
  "ltd",
  "co",
  "corp",
  "jr",
  "sr",
]);

const STARTERS = new Set(
  `i i'm i've i'll he she it we they you the a an this that these those there then but and so my his her our their your in on
  at after before when while if what who where why how although however meanwhile later next now today yesterday`.split(
    /\s+/,
  ),
);

const TERMINATOR = /[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+["'”’」』）]*/gu;

/** Whether the full stop at the end of `before` ends a sentence, given the text after it. */
function endsSentence(before: string, after: string): boolean {
  const next = /^\s+["'“‘«([]*([\p{L}\p{N}'’]+)/u.exec(after)?.[1];
  if (next === undefined) return true;
  if (!/\.["'”’»)\]]*$/.test(before)) return true;
  const last = (/([\p{L}.]+)\.["'”’»)\]]*$/u.exec(before)?.[1] ?? "").toLowerCase();
  const startsLower = /^\p{Ll}/u.test(next);
  if (startsLower) return false;
  if (MAY_END.has(last)) return STARTERS.has(next.toLowerCase().replace("’", "'"));
  // An initial, such as the J of "J. Doe"; the pronoun ends sentences like any word.
  if (/^\p{L}$/u.test(last) && last !== "i") return false;
  return !ABBREVIATIONS.has(last);
}

/** The ranges of text in double quotes, which are not cut. */
function quotedRanges(text: string): [number, number][] {
  return [...text.matchAll(/"[^"]{1,400}"|“[^”]{1,400}”|«[^»]{1,400}»/gu)].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
}

/** Cuts a paragraph into its sentences. Abbreviations, initials, decimals and quotations do not end one. */
export function splitSentences(paragraph: string): string[] {
  const text = paragraph.replace(/\s+/gu, " ").trim();
  const quoted = quotedRanges(text);
  const sentences: string[] = [];
  let start = 0;
  for (const match of text.matchAll(TERMINATOR)) {
    const end = match.index + match[0].length;
    const inQuotes = quoted.some(([from, until]) => match.index > from && end < until);
    if (inQuotes || !endsSentence(text.slice(start, end), text.slice(end))) continue;
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  const rest = text.slice(start).trim();
  if (rest !== "") sentences.push(rest);
  return sentences;
}
