import type { Tagger } from "./grammar.ts";
import { type NameContext, nameContext } from "./names.ts";
import { splitParagraphs } from "./paragraphs.ts";
import { splitSentences } from "./sentences.ts";
import { type Speaker, toSpeaker } from "./speakers.ts";
import type { Utterance } from "./utterances.ts";

/** What has to be known of a whole text to read one of its sentences. */
export interface TextContext {
  names: NameContext;
  /** What speakers may be called, in lower case. */
  addressed: ReadonlySet<string>;
  /** The speakers, when they are two people: "you" is then the other one. */
  pair: Speaker[] | undefined;
}

export function textContext(utterances: readonly Utterance[], tagger: Tagger): TextContext {
  const sentences = utterances
    .flatMap((utterance) => splitParagraphs(utterance.text))
    .flatMap((paragraph) => splitSentences(paragraph.text));
  const labels = [...new Set(utterances.flatMap((utterance) => utterance.speaker ?? []))];
  const speakers = labels.flatMap((label) => toSpeaker(label) ?? []);
  const isPair = speakers.length === 2 && speakers.every((speaker) => speaker.kind === "person");
  return {
    names: nameContext(sentences.map(tagger)),
    addressed: new Set(labels.flatMap(shortForms)),
    pair: isPair ? speakers : undefined,
  };
}

/** The words of a name, and their beginnings: "mel" for Melanie. */
function shortForms(name: string): string[] {
  return name
    .toLowerCase()
    .split(/\s+/)
    .flatMap((word) =>
      Array.from({ length: Math.max(0, word.length - 2) }, (_, index) => word.slice(0, index + 3)),
    );
}
