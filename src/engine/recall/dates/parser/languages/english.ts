import { SIGNS, type Vocabulary } from "./vocabulary.ts";

const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const UNITS = "decade|year|month|week|day|hour|minute|second";

/** How the units are written after a number and a blank, and right after a number. */
const COUNTED_UNITS: [unit: string, words: string[], sign: string][] = [
  ["day", ["day", "days"], "d"],
  ["hour", ["hour", "hours", "hr"], "h"],
  ["minute", ["min", "minute", "minutes"], "m"],
  ["month", ["mo", "month", "months"], "mo"],
  ["second", ["sec", "second", "seconds"], "s"],
  ["week", ["week", "weeks", "wk"], "w"],
  ["year", ["year", "years", "yr"], "y"],
  ["decade", ["decades?"], ""],
];

function countedExpressions(): [string, string][] {
  const expressions: [string, string][] = ["weeks time", "weeks' time"].map((words) => [
    `in # ${words}`,
    "in # week",
  ]);
  for (const [unit, words, sign] of COUNTED_UNITS) {
    for (const amount of [...words.map((word) => `# ${word}`), ...(sign ? [`#${sign}`] : [])]) {
      expressions.push([`${amount} ago`, `# ${unit} ago`], [`in ${amount}`, `in # ${unit}`]);
    }
  }
  return expressions;
}

export const ENGLISH: Vocabulary = {
  language: "en",
  order: "MDY",
  words: {
    monday: "mon monday",
    tuesday: "tue tuesday tu tues",
    wednesday: "wed wednesday we",
    thursday: "thu thursday th",
    friday: "fri friday fr",
    saturday: "sat saturday sa",
    sunday: "sun sunday su",
    january: "jan january",
    february: "feb february",
    march: "mar march",
    april: "apr april",
    may: "may",
    june: "jun june",
    july: "jul july",
    august: "aug august",
    september: "sep sept september",
    october: "oct october",
    november: "nov november",
    december: "dec december",
    decade: "decade decades",
    year: "year years yr y",
    month: "month months mo",
    week: "week weeks wk",
    day: "day days d",
    hour: "hour hours hr hrs h",
    minute: "minute minutes min mins m",
    second: "second seconds sec secs s",
    ago: "ago before",
    in: "in after from_now",
    "0 day ago": "today till_date",
    "0 hour ago": "this_hour",
    "0 minute ago": "this_minute",
    "0 month ago": "this_month this_mo",
    "0 second ago": "now",
    "0 week ago": "this_week this_wk",
    "0 year ago": "this_year this_yr",
    "1 day ago": "yesterday",
    "1 month ago": "last_month last_mo",
    "1 week ago": "last_week last_wk",
    "1 year ago": "last_year last_yr",
    "in 1 day": "tomorrow",
    "in 1 month": "next_month next_mo",
    "in 1 week": "next_week next_wk",
    "in 1 year": "next_year next_yr",
    "2 day ago": "day_before_yesterday",
    "1 decade ago": "last_decade this_decade",
    "in 1 decade": "next_decade",
    "in 2 day": "day_after_tomorrow",
  },
  skipped: `about ad and at by from just nd of on rd st the ${SIGNS} ，`,
  counted: countedExpressions(),
  rewritings: [
    ["#\\s*mons?", "$1 month"],
    ["an?", "1"],
    ["(?:12\\s+)?noon", "12:00"],
    ["(?:12\\s+)?midnight", "00:00"],
    ["#h#", "$1:$2"],
    ["from\\s+now", "in"],
    ["less than 1 minute ago", "45 second ago"],
    [`(#|${NUMBERS.join("|")}) (${UNITS})s? later`, "in $1 $3"],
    ...NUMBERS.map((word, index): [string, string] => [word, String(index + 1)]),
  ],
};
