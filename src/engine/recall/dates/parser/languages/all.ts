import { JAPANESE, VIETNAMESE } from "./asian.ts";
import { ENGLISH } from "./english.ts";
import { DUTCH, GERMAN, RUSSIAN } from "./germanic-and-slavic.ts";
import { LETTERS_ONLY, LOOKALIKES, TURKISH } from "./lookalikes.ts";
import { FRENCH, ITALIAN, PORTUGUESE, SPANISH } from "./romance.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Every language, the ones that are taken first where several fit first. */
export const VOCABULARIES: readonly Vocabulary[] = [
  ENGLISH,
  RUSSIAN,
  SPANISH,
  FRENCH,
  GERMAN,
  JAPANESE,
  TURKISH,
  PORTUGUESE,
  ITALIAN,
  DUTCH,
  VIETNAMESE,
  ...LOOKALIKES,
  ...LETTERS_ONLY,
];
