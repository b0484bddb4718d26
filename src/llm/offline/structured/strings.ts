/** Strings for a property: what an answer says of it, in the form that its schema wants. */
import type { JsonSchema } from "../../types.ts";
import { dateIn, nameBehind, namesIn, placeIn, UNKNOWN } from "./answer-parts.ts";
import { readExpression } from "./bounded-expression.ts";
import { exampleOf } from "./pattern.ts";

/** No text is made longer for a schema's sake. */
const LONGEST = 100_000;
/** What is repeated in an example of a pattern is so at most this often. */
const MOST_REPEATS = 64;

/** @param variant makes another one of it, where a list must not hold the same twice. */
export function fillString(schema: JsonSchema, name: string, answer: string, variant: number): string {
  const { format, pattern } = schema;
  const { least, most } = lengthsOf(schema);
  const said = withVariant(saidOf(name, answer), variant);
  const formatted = typeof format === "string" ? ofFormat(format, answer, variant) : undefined;
  if (formatted !== undefined) return formatted;
  const text = fitLength(said, least, most, variant);
  if (typeof pattern !== "string") return text;
  const expression = readExpression(pattern);
  if (!expression || expression.test(text)) return text;
  const found = expression.find(answer);
  if (found !== undefined && variant === 0 && expression.test(found) && fits(found, least, most))
    return found;
  let example = "";
  for (let repeats = 0; repeats <= MOST_REPEATS; repeats++) {
    example = exampleOf(pattern, repeats, variant);
    const numbered = `${example}${variant}`;
    if (variant > 0 && expression.test(numbered) && fits(numbered, least, most)) return numbered;
    if (expression.test(example) && fits(example, least, most)) return example;
  }
  return example;
}

/** Whether an answer has what a property of this name and form holds. */
export function isSaid({ format }: JsonSchema, name: string, answer: string): boolean {
  const form = typeof format === "string" ? FORMATS[ALIASES[format] ?? format] : undefined;
  if (!form) return saidOf(name, answer) !== "";
  return form.pattern?.test(answer) === true || (format === "date" && isoDay(dateIn(answer)) !== undefined);
}

function saidOf(name: string, answer: string): string {
  if (UNKNOWN.test(answer)) return /answer|text|summary|reason|explanation/i.test(name) ? answer : "";
  if (/date|day|when|time|since|until/i.test(name)) return dateIn(answer);
  if (/city|town|country|place|location|where|address/i.test(name)) return placeIn(answer);
  if (/name|person|who|author|owner|customer/i.test(name)) {
    return nameBehind(wordsOfName(name), answer) ?? namesIn(answer)[0] ?? "";
  }
  return answer;
}

/** `customerName`, `customer_name` */
function wordsOfName(name: string): string[] {
  return name.match(/\p{Lu}?\p{Ll}+/gu) ?? [];
}

function withVariant(text: string, variant: number): string {
  return variant === 0 ? text : `${text} (${variant + 1})`.trim();
}

function lengthsOf({ minLength, maxLength }: JsonSchema): { least: number; most: number } {
  return {
    least: typeof minLength === "number" ? Math.min(minLength, LONGEST) : 0,
    most: typeof maxLength === "number" ? maxLength : Infinity,
  };
}

function fits(text: string, least: number, most: number): boolean {
  const { length } = Array.from(text);
  return length >= least && length <= most;
}

/** Lengths are counted in characters. A text that is too long is cut after a word where there is one. */
function fitLength(text: string, least: number, most: number, variant: number): string {
  const characters = Array.from(text);
  if (characters.length > most) {
    // The number that tells it from others stands at the end.
    const mark = variant === 0 ? [] : Array.from(String(variant + 1)).slice(0, most);
    const cut = characters.slice(0, most - mark.length).join("");
    const word = cut.replace(/\s+\S*$/u, "");
    const kept = Array.from(word).length >= least && word !== "" && mark.length === 0 ? word : cut;
    return [kept, ...mark].join("");
  }
  const filler = text.trim() === "" ? "-" : text;
  const missing = least - characters.length;
  return missing > 0 ? text + firstOf(filler, missing) : text;
}

/** So many characters of a text that is said again and again. */
function firstOf(text: string, count: number): string {
  const characters = Array.from(text);
  const times = Math.ceil(count / characters.length);
  return Array.from({ length: times }, () => characters)
    .flat()
    .slice(0, count)
    .join("");
}

interface Format {
  /** Finds one in the answer. */
  pattern?: RegExp;
  /** One of its form, where the answer has none. */
  otherwise(variant: number): string;
}

const DAY_MS = 86_400_000;
const dayOf = (variant: number) => new Date(variant * DAY_MS).toISOString().slice(0, 10);
const two = (number: number) => String(number % 60).padStart(2, "0");

const FORMATS: Record<string, Format> = {
  date: { pattern: /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)\b/, otherwise: dayOf },
  "date-time": {
    pattern: /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z/,
    otherwise: (variant) => `${dayOf(variant)}T00:00:00Z`,
  },
  time: {
    pattern: /\b(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ/,
    otherwise: (variant) => `00:${two(Math.floor(variant / 60))}:${two(variant)}Z`,
  },
  duration: { otherwise: (variant) => `P${variant}D` },
  email: {
    pattern: /\b[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+\b/i,
    otherwise: (variant) => `unknown${variant || ""}@example.com`,
  },
  hostname: {
    pattern: /\b(?:[a-z\d]+\.)+[a-z]{2,}\b/i,
    otherwise: (variant) => `host${variant}.example.com`,
  },
  uri: {
    pattern: /\bhttps?:\/\/[\w.-]+(?:\/[\w/.~-]*)?/,
    otherwise: (variant) => `https://example.com/${variant || ""}`,
  },
  uuid: {
    pattern: /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/i,
    otherwise: (variant) => `00000000-0000-4000-8000-${String(variant).padStart(12, "0")}`,
  },
  ipv4: { otherwise: (variant) => `127.0.${Math.floor(variant / 250) % 250}.${(variant % 250) + 1}` },
  ipv6: { otherwise: (variant) => `::${(variant + 1).toString(16)}` },
  "json-pointer": { otherwise: (variant) => `/${variant}` },
  "relative-json-pointer": { otherwise: (variant) => `${variant}` },
  regex: { otherwise: (variant) => (variant === 0 ? ".*" : `.{${variant}}`) },
  "uri-template": { otherwise: (variant) => `https://example.com/${variant || ""}` },
};
const ALIASES: Record<string, string> = {
  "idn-email": "email",
  "idn-hostname": "hostname",
  iri: "uri",
  url: "uri",
  "uri-reference": "uri",
  "iri-reference": "uri",
};

/** Of a form that nothing is known of, the words are left as they are. */
function ofFormat(name: string, answer: string, variant: number): string | undefined {
  const format = FORMATS[ALIASES[name] ?? name];
  if (!format) return undefined;
  if (name === "date" && variant === 0) {
    const spelled = isoDay(dateIn(answer));
    if (spelled !== undefined) return spelled;
  }
  return (variant === 0 ? format.pattern?.exec(answer)?.[0] : undefined) ?? format.otherwise(variant);
}

/** `January 4, 2024` as `2024-01-04`. */
function isoDay(spelled: string): string | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(spelled)) return undefined;
  const time = spelled === "" ? Number.NaN : Date.parse(`${spelled} UTC`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}
