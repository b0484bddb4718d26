/** Asking again in the same words gets the same answer: each says what was wrong with the last one, and what is right. */

/** After an answer that had no list of facts. */
export const NO_LIST_CORRECTION =
  'That answer has no list of facts. Answer again with one json object of the form {"facts": [{"what": "…"}]}; the list is empty when there are none.';

/** After a list whose elements had keys of their own making. */
export function wrongKeysCorrection(wrongKeys: readonly string[]): string {
  const found = wrongKeys.length > 0 ? ` (they had: ${wrongKeys.join(", ")})` : "";
  return `Elements of that list are no facts${found}. Answer again with one json object; every element of "facts" is an object with the key "what", and "entities" is a list of texts.`;
}
