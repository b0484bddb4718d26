const ESCAPED_SURROGATE = /\\u[dD][89abcdefABCDEF]/;

/** Whether a body may hold half of a surrogate pair: only an escape can bring one. */
export function mayHoldLoneSurrogates(text: string): boolean {
  return ESCAPED_SURROGATE.test(text);
}

/** Whether a text anywhere in a value holds half of a surrogate pair, which is no character and cannot be stored. */
export function holdsLoneSurrogates(value: unknown): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => holdsLoneSurrogates(key) || holdsLoneSurrogates(item));
}
