/** Longer names are not names. In characters (code points). */
const MAX_LENGTH = 512;

/** The names of a fact: white space normalised, blank and overlong ones dropped, each once in any case. */
export function normalizeNames(names: readonly string[]): string[] {
  const normalized = new Map<string, string>();
  for (const name of names) {
    const text = name.replace(/\s+/gu, " ").trim();
    if (text === "" || [...text].length > MAX_LENGTH) continue;
    const key = text.toLowerCase();
    if (!normalized.has(key)) normalized.set(key, text);
  }
  return [...normalized.values()];
}
