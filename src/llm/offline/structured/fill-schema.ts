/**
 * Makes a value for a JSON schema out of an answer: what the names and types of its properties tell to belong there, in the form
 * that the schema wants; what the answer does not hold is empty, zero or false, as far as that is allowed.
 */
import { isJsonObject } from "../../../json-object.ts";
import type { JsonSchema } from "../../types.ts";
import { namesIn, sentencesIn, UNKNOWN } from "./answer-parts.ts";
import { booleanFor, choiceFor, numberFor, unknownAmong } from "./grounds.ts";
import { fitNumber } from "./numbers.ts";
import { nameFor, schemaOfOther, stringsOf, withDependents } from "./properties.ts";
import {
  absolute,
  type FlatSchema,
  flatten,
  isDoubtful,
  isNull,
  isTyped,
  merge,
  ROOT,
  typesOf,
} from "./schema.ts";
import { fillString, isSaid } from "./strings.ts";
import { inTime } from "./time-limit.ts";
import { type Fits, loadValidator } from "./validator.ts";

/** From this depth on, what is not needed is left out; schemas may hold themselves. */
const DEEP = 8;
const TOO_DEEP = 48;
/** How often in a row a schema is gone into that holds itself, where nothing ends it. */
const MOST_RETURNS = 4;
const TYPES = ["integer", "boolean", "null", "array", "object", "string"];
/** Other values that are tried where none is in order. */
const VARIANTS = [0, 1, 12];
/** Values that are tried for a whole schema, before the first is taken wherever there is a doubt. */
const MOST_ATTEMPTS = 10_000;
/**
 * Values that are made in all, those that are dropped again included: lists of lists, and what must hold itself twice, multiply.
 * From the half on the first is taken wherever there is a doubt; what is left in the end is null.
 */
const MOST_VALUES = 12_000;
/** Text that counts as a value. */
const COUNTED_CHARACTERS = 100;
/** For the few schemas that a validator, or an expression, takes for ever over; others take a fraction of it. */
const LIMIT_MS = 3_000;
/** Looks at the parts of a property, for one of which the answer says something. */
const MOST_LOOKS = 200;
/** Ways to choose among alternatives that are tried. */
const MOST_WAYS = 64;
/** Items that a list gets because it must have so many. */
const MOST_ITEMS = 1_000;

/**
 * @param name of the property that the value is for, where it is not the whole.
 * @throws LlmError when the value takes too long to be found.
 */
export async function fillSchema(schema: unknown, answer: string, name = ""): Promise<unknown> {
  const root = absolute(isJsonObject(schema) ? schema : {});
  const filler = new Filler(root, answer, await loadValidator(root));
  // A schema without a type describes an object: nothing else can be asked for as a whole.
  const whole = name === "" && !("type" in root) ? merge({ type: "object" }, root) : root;
  const place: Place = { name, depth: 0, variant: 0, path: new Set([`${ROOT}#`]), returns: 0 };
  return inTime(LIMIT_MS, () => filler.fill(whole, place)) ?? {};
}

/** Where in the value something stands. */
interface Place {
  name: string;
  depth: number;
  /** Which one of values that must differ. */
  variant: number;
  /** The references on the way to it. */
  path: Set<string>;
  /** How many of them led back to one before. */
  returns: number;
}

class Filler {
  readonly #root: JsonSchema;
  readonly #answer: string;
  readonly #fits: Fits;
  readonly #isUnknown: boolean;
  #attemptsLeft = MOST_ATTEMPTS;
  #valuesLeft = MOST_VALUES;

  constructor(root: JsonSchema, answer: string, fits: Fits) {
    this.#root = root;
    this.#answer = answer;
    this.#fits = fits;
    this.#isUnknown = UNKNOWN.test(answer);
  }

  /** Tries what the schema leaves open until a value is in order; the first one where none is. */
  fill(schema: unknown, place: Place): unknown {
    if (place.depth > TOO_DEEP || place.returns > MOST_RETURNS || this.#valuesLeft <= 0) {
      this.#valuesLeft -= 1;
      return null;
    }
    let first: { value: unknown } | undefined;
    for (const value of this.#attempts(schema, place)) {
      first ??= { value };
      this.#attemptsLeft -= 1;
      const isHurried = this.#attemptsLeft < 0 || this.#valuesLeft < MOST_VALUES / 2;
      if (!isDoubtful(schema) || isHurried || this.#fits(schema, value)) return value;
    }
    return first?.value;
  }

  /** Each alternative in turn, with each type where none is named, and all of it again with other values. */
  *#attempts(schema: unknown, place: Place): Generator<unknown> {
    for (const shift of VARIANTS) {
      const here = { ...place, variant: place.variant + shift };
      for (const way of this.#ways(schema, place.name, new Set(place.path), MOST_WAYS)) {
        yield this.#value(way, here);
        if (isTyped(way.schema)) continue;
        for (const type of TYPES) yield this.#value({ ...way, schema: { ...way.schema, type } }, here);
      }
    }
  }

  /** The schema with each of its alternatives decided. */
  *#ways(
    schema: unknown,
    name: string,
    path: Set<string>,
    most: number,
  ): Generator<FlatSchema & { path: Set<string> }> {
    const flat = flatten(schema, this.#root, path);
    const [choice, ...others] = flat.choices;
    if (!choice) {
      yield { ...flat, path };
      return;
    }
    let left = most;
    for (const alternative of this.#inOrder(choice, name, flat.isRecursive, path)) {
      const rest = others.map((options) => ({ anyOf: options }));
      const decided = { allOf: [flat.schema, alternative, ...rest] };
      for (const way of this.#ways(decided, name, new Set(path), left)) {
        yield { ...way, isRecursive: way.isRecursive || flat.isRecursive };
        left -= 1;
        if (left <= 0) return;
      }
    }
  }

  /** Null says best that nothing is known; and what does not lead deeper, or back, ends what holds itself. */
  #inOrder(alternatives: unknown[], name: string, isRecursive: boolean, path: Set<string>): unknown[] {
    const isSimple = (schema: unknown) => !/"(?:\$ref|properties|items)"/.test(JSON.stringify(schema) ?? "");
    const isOpen = alternatives.some((schema) => !isNull(schema) && this.#isTold(schema, name));
    const leadsOn = (schema: unknown) => !flatten(schema, this.#root, new Set(path)).isRecursive;
    const first = !isOpen ? isNull : isRecursive ? isSimple : leadsOn;
    return [...alternatives.filter(first), ...alternatives.filter((schema) => !first(schema))];
  }

  /**
   * Whether the answer says anything of a property, or of anything in it: null says best that it does not.
   * @param looks how many more are taken at what is in it; after that it is taken for told.
   */
  #isTold(described: unknown, name: string, path = new Set<string>(), looks = { left: MOST_LOOKS }): boolean {
    if (this.#isUnknown) return false;
    looks.left -= 1;
    if (!isJsonObject(described) || looks.left < 0) return true;
    const inside = new Set(path);
    const { schema, choices, isRecursive } = flatten(described, this.#root, inside);
    if (isRecursive) return false;
    const isInside = (part: unknown, key: string) => this.#isTold(part, key, inside, looks);
    if (choices.length > 0) return choices.flat().some((part) => !isNull(part) && isInside(part, name));
    const [type] = typesOf(schema).filter((named) => named !== "null");
    switch (type) {
      case "integer":
      case "number":
        return numberFor(name, this.#answer) !== undefined;
      case "boolean":
        return booleanFor(name, this.#answer) !== undefined;
      case "string":
        return isSaid(schema, name, this.#answer);
      case "object": {
        const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : [];
        return properties.length === 0 || properties.some(([key, part]) => isInside(part, key));
      }
      default:
        return true;
    }
  }

  #value({ schema, isRecursive, path }: FlatSchema & { path: Set<string> }, place: Place): unknown {
    this.#valuesLeft -= 1;
    if ("const" in schema) return schema.const;
    if (Array.isArray(schema.enum)) return this.#pick(schema, schema.enum, place);
    const here: Place = { ...place, path, returns: place.returns + (isRecursive ? 1 : 0) };
    const leaveOut = here.returns > 0 || place.depth >= DEEP;
    const types = typesOf(schema);
    switch (types.includes("null") && !this.#isTold(schema, place.name) ? "null" : types[0]) {
      case "object":
        return this.#object(schema, here, leaveOut);
      case "array":
        return this.#array(schema, here, leaveOut);
      case "integer":
        return fitNumber(Math.trunc(numberFor(place.name, this.#answer) ?? 0), schema, true, place.variant);
      case "number":
        return fitNumber(numberFor(place.name, this.#answer) ?? 0, schema, false, place.variant);
      case "boolean":
        return (booleanFor(place.name, this.#answer) ?? false) === (place.variant % 2 === 0);
      case "null":
        return null;
      default:
        return this.#text(schema, place.name, this.#answer, place.variant);
    }
  }

  #text(schema: JsonSchema, name: string, answer: string, variant: number): string {
    const text = fillString(schema, name, answer, variant);
    this.#valuesLeft -= Math.floor(text.length / COUNTED_CHARACTERS);
    return text;
  }

  /** The value that the answer names, else one that says that nothing is known, else the first; of those that are allowed. */
  #pick(schema: JsonSchema, values: readonly unknown[], { name, variant }: Place): unknown {
    const { enum: _values, ...others } = schema;
    const allowed = values.filter((value) => this.#fits(others, value));
    const candidates = allowed.length > 0 ? allowed : values;
    const said = this.#isUnknown ? undefined : choiceFor(candidates, name, this.#answer);
    const first = said ?? unknownAmong(candidates);
    const ordered =
      first === undefined ? candidates : [first, ...candidates.filter((value) => value !== first)];
    return ordered[variant % ordered.length];
  }

  #object(schema: JsonSchema, place: Place, leaveOut: boolean): Record<string, unknown> {
    const properties = isJsonObject(schema.properties) ? schema.properties : {};
    const required = withDependents(stringsOf(schema.required), schema);
    const most = typeof schema.maxProperties === "number" ? schema.maxProperties : Infinity;
    const optional = leaveOut ? [] : Object.keys(properties).filter((name) => !required.includes(name));
    const kept = new Set([...required, ...optional.slice(0, Math.max(0, most - required.length))]);
    const names = [
      ...Object.keys(properties).filter((name) => kept.has(name)),
      ...withDependents([...kept], schema).filter((name) => !Object.hasOwn(properties, name)),
    ];
    const least = typeof schema.minProperties === "number" ? Math.min(schema.minProperties, MOST_ITEMS) : 0;
    for (let number = 1; names.length < least; number++) {
      const unused = Object.keys(properties).find((name) => !names.includes(name));
      names.push(unused ?? nameFor(schema, number));
    }
    return Object.fromEntries(
      names.flatMap((name) => {
        const child = Object.hasOwn(properties, name) ? properties[name] : schemaOfOther(schema, name);
        if (child === false) return [];
        const inside = { ...place, name, depth: place.depth + 1, path: new Set(place.path) };
        return [[name, this.fill(child, inside)]];
      }),
    );
  }

  #array(schema: JsonSchema, place: Place, leaveOut: boolean): unknown[] {
    const most = typeof schema.maxItems === "number" ? schema.maxItems : Infinity;
    const least = typeof schema.minItems === "number" ? Math.min(schema.minItems, MOST_ITEMS) : 0;
    const prefix = [schema.prefixItems, schema.items].find(Array.isArray) ?? [];
    const items = Array.isArray(schema.items) ? (schema.additionalItems ?? true) : (schema.items ?? true);
    const at = (child: unknown, variant: number) =>
      this.fill(child, { ...place, depth: place.depth + 1, variant, path: new Set(place.path) });
    const values: unknown[] = prefix.slice(0, leaveOut ? least : undefined).map((child) => at(child, 0));
    const wanted = typeof schema.minContains === "number" ? schema.minContains : 1;
    if ("contains" in schema) {
      for (let number = 0; number < wanted; number++) {
        values.push(at({ allOf: [items, schema.contains] }, number));
      }
    }
    if (values.length === 0 && !leaveOut && items !== false) values.push(...this.#said(items, place));
    const list = schema.uniqueItems
      ? values.filter((value, index) => !hasEqual(values.slice(0, index), value))
      : values;
    for (let variant = list.length; list.length < least && variant < least + MOST_ITEMS; variant++) {
      const value = at(items, variant);
      if (!schema.uniqueItems || !hasEqual(list, value)) list.push(value);
    }
    return list.slice(0, Math.min(most, MOST_ITEMS));
  }

  /** The answer's names, its sentences, or one item made of all of it. */
  #said(items: unknown, place: Place): unknown[] {
    const { name, depth, path } = place;
    if (this.#isUnknown) return [];
    const { schema, choices } = flatten(items, this.#root, new Set(path));
    const isText =
      choices.length === 0 && !("enum" in schema) && !("const" in schema) && typesOf(schema)[0] === "string";
    if (!isText) {
      return [this.fill(items, { ...place, depth: depth + 1, variant: 0, path: new Set(path) })];
    }
    const isOfNames = /name|people|person|place|cit(y|ies)|entit(y|ies)/i.test(name);
    return (isOfNames ? namesIn(this.#answer) : sentencesIn(this.#answer)).map((text) =>
      this.#text(schema, "text", text, 0),
    );
  }
}

function hasEqual(values: readonly unknown[], value: unknown): boolean {
  const text = JSON.stringify(value);
  return values.some((other) => JSON.stringify(other) === text);
}
