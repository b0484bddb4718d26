/** A word of a sentence with what the tagger says of it. */
export interface Word {
  /** Without the punctuation around it. */
  text: string;
  /** The punctuation and blanks around it. */
  before: string;
  after: string;
  tags: ReadonlySet<string>;
}

/** Tags the words of a sentence. */
export type Tagger = (sentence: string) => Word[];

let tagger: Promise<Tagger> | undefined;

/** Loads the tagger with the first text: it takes a moment, and a server that extracts nothing needs none. */
export function loadTagger(): Promise<Tagger> {
  tagger ??= import("compromise/two").then(({ default: nlp }) => (sentence: string) => {
    const words: Word[] = [];
    for (const { text, pre, post, tags } of nlp(sentence).document.flat()) {
      const previous = words.at(-1);
      // The second word of a contraction has no text of its own.
      if (text === "" && previous) {
        previous.after += pre + post;
        if (tags?.has("Verb")) previous.tags = new Set([...previous.tags, "Verb"]);
      } else words.push({ text, before: pre, after: post, tags: new Set(tags) });
    }
    return words;
  });
  return tagger;
}

/** The time that a sentence speaks of, by its verbs. */
export function tenseOf(sentence: readonly Word[]): "past" | "future" | "other" {
  const isFuture = sentence.some((word) => /^(?:will|won't|shall|gonna|.+['’]ll)$/i.test(word.text));
  const isPlan = sentence.some(
    (word, index) => /^going$/i.test(word.text) && sentence[index + 1]?.text === "to",
  );
  if (isFuture || isPlan) return "future";
  return sentence.some((word) => word.tags.has("PastTense")) ? "past" : "other";
}

/** A tagger that does not tag a text twice. */
export function remembering(tagger: Tagger): Tagger {
  const tagged = new Map<string, Word[]>();
  return (text) => {
    const words = tagged.get(text) ?? tagger(text);
    tagged.set(text, words);
    return words;
  };
}
