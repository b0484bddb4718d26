import { align } from "./align.ts";
import { dropIdleIn, type Locale, plain } from "./locale.ts";
import { startsWithZone } from "./zones.ts";

/** A stretch of a query that may be a date: as it was written, and in the common language. */
export interface Chunk {
  original: string;
  translated: string;
}

const DASHES = new Set(["-", "——", "—", "～"]);
const EDGES = /^[()"'{}[\],.،]+|[()"'{}[\],.،]+$/g;

/** The stretches of a text's sentences whose every word says something of a date. */
export function findChunks(text: string, locale: Locale): Chunk[] {
  return locale.sentences(text).flatMap((sentence) => chunksOf(sentence, locale));
}

function chunksOf(sentence: string, locale: Locale): Chunk[] {
  const { original, simplified } = align(
    locale.wordsOf(sentence),
    locale.wordsOf(locale.simplify(plain(sentence))),
    plain,
  );
  const chunks: Chunk[] = [];
  let written: string[] = [];
  let read: string[] = [];
  const close = () => {
    if (read.length > 0)
      chunks.push({ original: locale.joinWords(written), translated: locale.joinWords(dropIdleIn(read)) });
    written = [];
    read = [];
  };
  for (let index = 0; index < simplified.length; index += 1) {
    const word = simplified[index] ?? "";
    const originalWord = original[index] ?? "";
    const next = simplified[index + 1];
    const isAlone = next === undefined || word === "" || DASHES.has(word) || locale.isUnspaced;
    const pair = isAlone ? undefined : locale.reading(`${word} ${next}`);
    if (pair !== undefined) {
      read.push(pair);
      written.push(`${originalWord} ${original[index + 1] ?? ""}`);
      index += 1;
      continue;
    }
    const reading =
      word === "" || word === " " ? word : readingOf(word, originalWord, read.length > 0, locale);
    if (reading === undefined) {
      close();
      continue;
    }
    read.push(reading);
    written.push(originalWord);
  }
  close();
  return chunks;
}

/** What a word says of a date; "" where it says nothing but may stand in one, undefined where it ends the stretch. */
function readingOf(word: string, original: string, inChunk: boolean, locale: Locale): string | undefined {
  if (!DASHES.has(word)) {
    const known = locale.reading(word);
    if (known !== undefined) return known;
    const bare = word.replace(EDGES, "");
    const reading = locale.reading(bare);
    if (reading !== undefined) return reading === "" ? "" : reading + word.slice(bare.length);
  }
  if (/\p{Nd}/u.test(word) || (locale.isUnspaced && /[.:/-]/.test(word))) return word;
  return inChunk && startsWithZone(original) ? word : undefined;
}
