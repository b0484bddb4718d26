import { type DateOrder, NOT_AFTER_NUMBERS, SIGNS, type Vocabulary, wordList } from "./vocabulary.ts";

/*
 * Languages of which the words that look like English ones matter: a question that holds them is taken for that language, and its
 * date read, or not, by these words. `to` is a Thursday in Finnish, `did` a Sunday in Gaelic.
 */

/** These languages also know `this week`, `last month`, `next year` and their like, as in English. */
const ENGLISH_PERIODS = `
    0 hour ago: this_hour
    0 minute ago: this_minute
    0 month ago: this_month
    0 week ago: this_week
    0 year ago: this_year
    1 month ago: last_month
    1 week ago: last_week
    1 year ago: last_year
    in 1 month: next_month
    in 1 week: next_week
    in 1 year: next_year`;
const ENGLISH_UNITS = `
    year: year
    month: month
    week: week
    day: day
    minute: minute
    second: second
    0 day ago: today
    1 day ago: yesterday
    in 1 day: tomorrow`;
const NORTHERN_MONTHS = `
    january: jan
    february: feb
    april: apr april
    june: jun
    july: jul
    september: sep september
    november: nov november`;
const SHORT_MONTHS = `
    january: jan
    february: feb
    march: mar
    april: apr
    june: jun
    july: jul
    september: sep
    november: nov`;

/** A language that is told by its letters, and of whose words none are known here: only what stands in figures is read. */
function byLetters(language: string, letters: string): Vocabulary {
  return lookalike(language, "DMY", "", { letters });
}

function lookalike(
  language: string,
  order: DateOrder,
  lines: string,
  more: Partial<Vocabulary> = {},
): Vocabulary {
  return { language, order, skipped: SIGNS, words: wordList(lines), ...more };
}

export const TURKISH: Vocabulary = lookalike(
  "tr",
  "DMY",
  "wednesday: car; thursday: per; february: sub; march: mar; may: may; day: gun; ago: once",
  { letters: "ğ" },
);

/** In the order in which they are taken where more than one fits. */
export const LOOKALIKES: Vocabulary[] = [
  lookalike(
    "pl",
    "DMY",
    "friday: pt; saturday: so sob; sunday: nd; march: mar; may: maj; minute: min minute",
  ),
  lookalike(
    "cs",
    "DMY",
    "wednesday: st; saturday: so; december: pro; year: let; minute: min; 0 second ago: ted",
    { sentenceEnd: NOT_AFTER_NUMBERS, letters: "ďů" },
  ),
  lookalike(
    "id",
    "DMY",
    `sunday: min; march: mar; september: sept; december: des; day: hr; hour: jam${NORTHERN_MONTHS}`,
  ),
  lookalike(
    "sv",
    "YMD",
    `month: man; sunday: son; august: aug; september: sept; december: dec december; minute: min${NORTHERN_MONTHS}`,
  ),
  lookalike(
    "ro",
    "DMY",
    "march: mar; saturday: sam; february: feb; april: apr; may: mai; august: aug august; september: sept sep; october: oct; november: nov; december: dec; year: an; minute: min minute; second: sec; in: in",
    { letters: "ț" },
  ),
  lookalike(
    "hu",
    "YMD",
    "january: jan i; february: feb; march: mar; april: apr; june: jun; july: jul; august: aug; november: nov november; december: dec december; hour: o; 0 second ago: most",
    { sentenceEnd: NOT_AFTER_NUMBERS, readsItself: true, letters: "ő" },
  ),
  lookalike(
    "da",
    "DMY",
    `monday: man; march: mar; august: aug august; december: dec december; hour: time; minute: min; in: i${NORTHERN_MONTHS}`,
    { sentenceEnd: NOT_AFTER_NUMBERS },
  ),
  lookalike("fi", "DMY", "thursday: to; minute: min", { sentenceEnd: NOT_AFTER_NUMBERS }),
  lookalike(
    "sk",
    "DMY",
    `wednesday: st; saturday: so; march: mar; august: aug august; december: dec december; minute: min; in: o${NORTHERN_MONTHS}`,
    { letters: "ľň" },
  ),
  lookalike(
    "hr",
    "DMY",
    "friday: pet; saturday: sub; december: pro; day: dan; hour: sat; minute: min; 0 second ago: sad",
  ),
  lookalike("lt", "YMD", "tuesday: an; saturday: st; minute: min minute", { letters: "ėį" }),
  lookalike(
    "ca",
    "DMY",
    "july: jul; september: set; october: oct; november: nov; december: des; year: any; minute: min",
    { skipped: `i ${SIGNS}`, letters: "’" },
  ),
  lookalike(
    "lv",
    "DMY",
    "april: apr; june: jun; july: jul; august: aug; september: sept; november: nov; december: dec; hour: st; minute: min minutes",
    { letters: "ļ" },
  ),
  lookalike("ps", "YMD", `hour: hour; 0 second ago: now${ENGLISH_PERIODS}${ENGLISH_UNITS}`),
  lookalike(
    "om",
    "DMY",
    `wednesday: rob; friday: jim; march: bit; november: sad; hour: hour hr; 0 second ago: now${ENGLISH_PERIODS}${ENGLISH_UNITS}`,
  ),
  lookalike("uz", "DMY", "thursday: pay; march: mar; april: apr; may: may; second: son; am: to", {
    letters: "‘",
  }),
  lookalike(
    "yo",
    "DMY",
    `july: age; march: er; november: be; december: op; 0 second ago: now${ENGLISH_PERIODS}`,
    {
      letters: "ǹẹ",
    },
  ),
  lookalike(
    "ig",
    "DMY",
    `monday: mon; thursday: too; saturday: sat; sunday: son; february: feb; july: jul; september: sep; november: nov; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
    { letters: "ịụ" },
  ),
  lookalike(
    "mg",
    "YMD",
    `january: jan; february: feb; march: mar; april: apr; june: jon; september: sep; november: nov; december: des; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "af",
    "YMD",
    `thursday: do; sunday: so; august: aug; december: des; week: week wk; minute: min; in 1 day: more${NORTHERN_MONTHS}`,
  ),
  lookalike("ki", "DMY", `thursday: art; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`),
  lookalike("ff", "DMY", `april: see; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`),
  lookalike(
    "luo",
    "DMY",
    `march: dad; april: dan; september: doc; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "kab",
    "DMY",
    `thursday: sam; saturday: say; may: may; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "ln",
    "DMY",
    `thursday: min; sunday: eye; may: mai; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "guz",
    "DMY",
    `saturday: est; january: can; february: feb; april: apr; june: jun; september: sep; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "nn",
    "DMY",
    `monday: man; wednesday: on; thursday: to; friday: fr; march: mar; may: mai; august: aug august; december: des; hour: time; minute: min; 0 second ago: no now${ENGLISH_PERIODS}${NORTHERN_MONTHS}`,
  ),
  lookalike(
    "mfe",
    "DMY",
    `march: mar; friday: van; saturday: sam; sunday: dim; may: me; august: out; september: sep; november: nov; december: des; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike("eu", "YMD", "monday: al; friday: or; march: mar; april: api; may: mai; minute: min"),
  lookalike("bez", "DMY", `thursday: hit; june: sit; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`),
  lookalike(
    "fy",
    "DMY",
    "thursday: to; friday: fr; saturday: so; january: jan; february: feb; april: apr april; may: mai; june: jun; july: jul july; august: aug; september: sep; november: nov; december: des",
  ),
  lookalike("br", "DMY", "saturday: sad; october: here; minute: min"),
  lookalike(
    "lb",
    "DMY",
    "wednesday: met; saturday: sam; sunday: son; january: jan; february: feb; june: jun; july: jul; august: aug august; september: sep september; november: nov november; hour: st; minute: min; 0 second ago: now",
  ),
  lookalike(
    "dyo",
    "DMY",
    `monday: ten; sunday: dim; may: me; november: no; hour: hour hr; minute: minute; second: second; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike("bas", "DMY", `saturday: jon; november: may; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`),
  lookalike(
    "naq",
    "DMY",
    `thursday: do; friday: fr; saturday: sat; sunday: son; may: may; august: aug; october: oct; december: dec; hour: hr; 0 second ago: now; 1 day ago: yesterday; in 1 day: tomorrow${ENGLISH_PERIODS}${SHORT_MONTHS}`,
  ),
  lookalike("saq", "DMY", `sunday: are; october: tom; hour: hr; 0 second ago: now${ENGLISH_PERIODS}`),
  lookalike("gd", "DMY", "tuesday: dim; sunday: did"),
  lookalike(
    "rm",
    "DMY",
    `friday: ve; wednesday: me; saturday: so; july: fan; october: oct october; november: nov november; december: dec december; minute: min; 0 second ago: now${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "wae",
    "YMD",
    `monday: man; friday: fri; saturday: sam; sunday: sun; march: mar; september: her; november: win; 0 second ago: now; in 1 day: more${ENGLISH_PERIODS}`,
  ),
  lookalike(
    "kw",
    "YMD",
    `saturday: sad; may: me; june: met; hour: hour hr; 0 second ago: now${ENGLISH_PERIODS}${ENGLISH_UNITS}`,
  ),
  lookalike(
    "eo",
    "YMD",
    `friday: ve; wednesday: me; august: aug; december: dec; hour: hour hr; 0 second ago: now${ENGLISH_PERIODS}${ENGLISH_UNITS}${SHORT_MONTHS}`,
  ),
];

/** Languages whose letters are all that is known of them. */
export const LETTERS_ONLY: Vocabulary[] = [
  byLetters("uk", "єї"),
  byLetters("el", "ΐάέήίαβγδεηθικλμνοπρςστυφχωόύώ"),
  byLetters("th", "กขคงจชฎฏณดตถทธนบปพภมยรฤลวศษสหอะาเแโใไ"),
  byLetters("ko", "간금난내년늘다달명목번분수시어오올요월음이일작재전제주지초토해현화후"),
];
