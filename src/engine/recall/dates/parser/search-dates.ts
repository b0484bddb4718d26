import type { DateReference } from "../span.ts";
import { type Chunk, findChunks } from "./chunks.ts";
import { englishLocale, languageOf } from "./language-of.ts";
import { readDate } from "./read-date.ts";

/** A date in a query: as it was written, and its time. */
export interface FoundDate {
  text: string;
  date: number;
}

const SEPARATORS = [",", "،", "——", "—", "–", ".", " "];
/** Parts of a chunk that are too short to be a date. */
const MIN_LENGTH = 3;

/** The dates in a text: a stretch that is none as a whole is split, and its parts are looked at. */
export function searchDates(text: string, reference: DateReference): FoundDate[] {
  const locale = languageOf(text);
  if (!locale) return [];
  const reader = locale.readsItself ? locale : englishLocale();
  const read = (part: string) => readDate(part.replaceAll("am", ""), reader, reference);
  return findChunks(text, locale).flatMap((found) => {
    const chunk = locale.readsItself ? { ...found, translated: found.original } : found;
    if (chunk.translated.length < MIN_LENGTH) return [];
    const date = read(chunk.translated);
    if (date !== undefined) return [{ text: strip(chunk.original, " .,:()[]-'"), date }];
    const splits = splitsOf(chunk).map((parts) =>
      parts
        .filter(({ translated }) => translated.length >= MIN_LENGTH)
        .map(({ original, translated }) => ({ text: strip(original, " .,:()[]-"), date: read(translated) })),
    );
    return bestSplit(splits).flatMap(({ text, date }) => (date === undefined ? [] : [{ text, date }]));
  });
}

/** A chunk split at every separator that stands as often in it as in what was written, and then joined by twos and threes. */
function splitsOf({ original, translated }: Chunk): Chunk[][] {
  return SEPARATORS.flatMap((separator) => {
    const read = translated.split(separator);
    const written = original.split(separator);
    if (read.length === 1 || read.length !== written.length) return [];
    const sizes = read.length > 3 ? [1, 2, 3] : [1];
    return sizes.map((size) =>
      Array.from({ length: Math.ceil(read.length / size) }, (_, index) => ({
        translated: read.slice(index * size, (index + 1) * size).join(separator),
        original: written.slice(index * size, (index + 1) * size).join(separator),
      })),
    );
  });
}

interface Part {
  text: string;
  date: number | undefined;
}

/** The split of which most parts are dates; among equals the one with fewer parts, then with more digits. */
function bestSplit(splits: readonly Part[][]): Part[] {
  const share = (parts: Part[], missing: (part: Part) => boolean) =>
    parts.length === 0 ? 0 : parts.filter(missing).length / parts.length;
  const rated = splits.map((parts) => ({
    parts,
    rating: [
      share(parts, ({ date }) => date === undefined),
      parts.length,
      share(parts, ({ text }) => !/\p{Nd}/u.test(text)),
    ],
  }));
  const [best] = rated.sort((a, b) => compare(a.rating, b.rating));
  return best?.parts ?? [];
}

function compare(a: number[], b: number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function strip(text: string, signs: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && signs.includes(text[start] ?? "")) start += 1;
  while (end > start && signs.includes(text[end - 1] ?? "")) end -= 1;
  return text.slice(start, end);
}
