import { SIGNS, type Vocabulary, wordList } from "./vocabulary.ts";

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);

/** Japanese, for what it makes of texts in Latin letters: without blanks between words, `am` is found inside them. */
export const JAPANESE: Vocabulary = {
  language: "ja",
  order: "YMD",
  sentenceEnd: /[。…‥.!?？！;\r\n]+(?:\s|$)+/,
  isUnspaced: true,
  alphabet: /[cgtuz\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
  letters: "々かでのらカヶ以先内土後曜木来水火約翌金間",
  skipped: SIGNS,
  words: {},
};

/** Vietnamese months and weekdays are numbered: a text with a 10, 11 or 12, or with `th`, may be Vietnamese. */
export const VIETNAMESE: Vocabulary = {
  language: "vi",
  order: "DMY",
  readsItself: true,
  letters: "ơứạảầậểồổộớờủứ",
  skipped: `luc ${SIGNS}`,
  words: {
    ...wordList(`
      monday: th_2 thu_hai thu_2
      tuesday: th_3 thu_ba thu_3
      wednesday: th_4 thu_tu thu_4
      thursday: th_5 thu_nam thu_5
      friday: th_6 thu_sau thu_6
      saturday: th_7 thu_bay thu_7
      sunday: chu_nhat cn thu_1
      year: nam
      month: thang thg
      week: tuan
      day: ngay
      hour: gio
      minute: phut
      second: giay
      ago: truoc
      in: trong
      am: am sa
      pm: pm ch
    `),
    ...Object.fromEntries(
      MONTHS.map((month, index) => [month, ["thg", "thang"].map((word) => `${word}_${index + 1}`).join(" ")]),
    ),
  },
};

/** Texts of signs and figures alone, in which no language shows. */
export const FIGURES: Vocabulary = { ...JAPANESE, language: "figures" };
