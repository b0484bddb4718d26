/** Fills a JSON schema from an answer, as far as the names and types of its properties tell what belongs where. */
type Schema = Record<string, unknown>;

const NAME = /\b\p{Lu}[\p{L}\p{M}’'-]*(?:\s+\p{Lu}[\p{L}\p{M}’'-]*)*/gu;
const PLACE = /\b(?:in|at|to|near|from)\s+(?:the\s+)?(\p{Lu}[\p{L}\p{M}’'-]*(?:\s+\p{Lu}[\p{L}\p{M}’'-]*)*)/u;
/** A date in digits or words. */
const DATE = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} \p{Lu}\p{Ll}+ \d{4}\b|\b\p{Lu}\p{Ll}+ \d{1,2}, \d{4}\b/u;
const NUMBER = /-?\d+(?:[.,]\d+)?/;
const NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const NEGATION = /\b(do not know|don't know|not|never|no longer|no)\b/i;
const UNKNOWN = /\bI do(?: not|n't) know\b/;

/** @returns a JSON object for the schema; what the answer does not hold is empty, zero or false. */
export function fillSchema(schema: unknown, answer: string, name = ""): unknown {
  return name === "" ? fillObject(isSchema(schema) ? schema : {}, answer) : fill(schema, name, answer);
}

function fillObject(schema: Schema, answer: string): Schema {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, fill(property, name, answer)]),
  );
}

function fill(property: unknown, name: string, answer: string): unknown {
  if (!isSchema(property)) return answer;
  if ("const" in property) return property.const;
  if (Array.isArray(property.enum)) return pickEnum(property.enum, answer);
  const variants = property.anyOf ?? property.oneOf;
  if (Array.isArray(variants)) return fill(variants[0], name, answer);
  switch (typeOf(property)) {
    case "object":
      return fillObject(property, answer);
    case "array":
      return fillArray(property, name, answer);
    case "integer":
      return Math.trunc(findNumber(answer));
    case "number":
      return findNumber(answer);
    case "boolean":
      return !(/known|found|answered/i.test(name) ? UNKNOWN : NEGATION).test(answer);
    case "null":
      return null;
    default:
      return fillString(name, answer);
  }
}

function typeOf(property: Schema): unknown {
  const { type } = property;
  if (type === undefined && isSchema(property.properties)) return "object";
  return Array.isArray(type) ? type[0] : type;
}

function fillString(name: string, answer: string): string {
  if (UNKNOWN.test(answer)) return /answer|text|summary|reason|explanation/i.test(name) ? answer : "";
  if (/date|day|when|time/i.test(name)) return DATE.exec(answer)?.[0] ?? "";
  if (/city|town|country|place|location|where|address/i.test(name)) return PLACE.exec(answer)?.[1] ?? "";
  if (/name|person|who|author|owner/i.test(name)) return namesIn(answer)[0] ?? "";
  return answer;
}

function fillArray(property: Schema, name: string, answer: string): unknown[] {
  if (UNKNOWN.test(answer)) return [];
  const items = property.items;
  if (isSchema(items) && typeOf(items) !== "string") return [fill(items, name, answer)];
  if (/name|people|person|place|cit(y|ies)|entit(y|ies)/i.test(name)) return namesIn(answer);
  return answer.split(/(?<=[.!?…])\s+/).filter((sentence) => sentence !== "");
}

function namesIn(answer: string): string[] {
  return [...new Set(withoutDates(answer).match(NAME) ?? [])].filter(
    (name) => !/^(I|The|A|An|He|She|It|They|We|On|In)$/.test(name),
  );
}

/** Months are no names, and days and years no counts. */
function withoutDates(answer: string): string {
  return answer.replace(new RegExp(DATE, "gu"), "");
}

function findNumber(answer: string): number {
  const digits = NUMBER.exec(withoutDates(answer))?.[0];
  if (digits !== undefined) return Number(digits.replace(",", "."));
  const words = answer.toLowerCase().match(/\p{L}+/gu) ?? [];
  return Math.max(0, NUMBER_WORDS.indexOf(words.find((word) => NUMBER_WORDS.includes(word)) ?? "zero"));
}

function pickEnum(values: unknown[], answer: string): unknown {
  const lower = answer.toLowerCase();
  return (
    values.find((value) => typeof value === "string" && lower.includes(value.toLowerCase())) ?? values[0]
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
