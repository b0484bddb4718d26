import type { Word } from "./grammar.ts";

/** More than this, and a sentence full of the same name reads worse than its own words. */
const MAX_REPLACED = 3;

const CONTRACTIONS: Record<string, string> = { "i'm": "is", "i've": "has", "i'll": "will" };
const PRESENT: Record<string, string> = {
  am: "is",
  have: "has",
  "haven't": "hasn't",
  do: "does",
  "don't": "doesn't",
  go: "goes",
};
const UNCHANGED =
  /^(?:was|wasn't|had|hadn't|did|didn't|will|won't|can|can't|cannot|could|couldn't|would|wouldn't|should|shouldn't|may|might|must)$/;

const ADVERBS = new Set(
  `really also just still always never usually often only actually finally already recently currently now even once both totally
  definitely absolutely probably sometimes rarely then first honestly`.split(/\s+/),
);

/**
 * A sentence with its first person replaced by who speaks: "I moved to my sister's" by Maya is "Maya moved to Maya's
 * sister's".
 *
 * @returns undefined when it has no first person, or it cannot be replaced safely: in quotations, with "we" as the subject's
 * match, with too many of them, or before a verb whose form is in doubt.
 */
export function resolveFirstPerson(sentence: readonly Word[], speaker: string): string | undefined {
  if (sentence.some((word) => /["“”«»]/.test(word.before + word.after))) return undefined;
  const texts = sentence.map((word) => word.text);
  let replaced = 0;
  for (const [index, word] of sentence.entries()) {
    const key = word.text.toLowerCase().replace("’", "'");
    if (key === "myself" || key === "i'd") return undefined;
    const possessive = key === "my" || key === "mine";
    const contraction = CONTRACTIONS[key];
    if (!possessive && contraction === undefined && key !== "i" && key !== "me") continue;
    replaced += 1;
    if (possessive) texts[index] = `${speaker}'s`;
    else if (contraction !== undefined) texts[index] = `${speaker} ${contraction}`;
    else texts[index] = speaker;
    if (key === "i" && !agree(sentence, texts, index)) return undefined;
  }
  if (replaced === 0 || replaced > MAX_REPLACED) return undefined;
  return sentence.map((word, index) => word.before + texts[index] + word.after).join("");
}

/** Puts the verb after an "I" into the third person. @returns false when it is in doubt which form that is. */
function agree(words: readonly Word[], texts: string[], subject: number): boolean {
  if (sharesVerb(words, subject)) return true;
  let at = subject + 1;
  while (ADVERBS.has((words[at]?.text ?? "").toLowerCase())) at += 1;
  const verb = words[at];
  if (!verb || /[,;:.!?]/.test(words[subject]?.after ?? "")) return false;
  const key = verb.text.toLowerCase().replace("’", "'");
  const known = PRESENT[key];
  if (known !== undefined) texts[at] = known;
  else if (!UNCHANGED.test(key) && !verb.tags.has("PastTense")) {
    if (!verb.tags.has("PresentTense") && !verb.tags.has("Infinitive")) return false;
    texts[at] = thirdPerson(verb.text);
  }
  // A second verb of the same subject would have to follow.
  return (
    verb.tags.has("PastTense") || !words.some((word, index) => index > at && followsAnd(words, word, index))
  );
}

/** Whether the verb has more subjects than this one, as in "my wife and I"; a verb before it shows another clause. */
function sharesVerb(words: readonly Word[], subject: number): boolean {
  const isJoined = /^(?:and|or)$/i.test(words[subject - 1]?.text ?? "");
  return isJoined && !words.slice(0, subject).some((word) => word.tags.has("Verb"));
}

function followsAnd(words: readonly Word[], word: Word, index: number): boolean {
  const isPresent = word.tags.has("Infinitive") || word.tags.has("PresentTense");
  return isPresent && /^(?:and|or|but)$/i.test(words[index - 1]?.text ?? "");
}

function thirdPerson(verb: string): string {
  if (/(?:s|x|z|ch|sh|o)$/i.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/i.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}
