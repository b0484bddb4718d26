/** Longer names are not names. In characters (code points). */
const MAX_LENGTH = 512;

/** What counts as white space here: a next line does, a byte order mark does not. */
const BLANKS = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** A name with its white space normalised; undefined when it is blank or too long to be one. */
export function normalizeName(name: string): string | undefined {
  const text = name.replace(BLANKS, " ").replace(/^ | $/g, "");
  return text === "" || [...text].length > MAX_LENGTH ? undefined : text;
}
