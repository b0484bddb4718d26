import { isObject, sets } from "./json.ts";
import type { Json, PlayedStep } from "./scenario.ts";

/** Scores are computed in other orders, by other machines. */
const TOLERANCE = 2e-3;
const SHOWN = 200;

/** What differs between two steps, a line each; none: they are equal. */
export function differences(wanted: PlayedStep, got: PlayedStep | undefined): string[] {
  if (!got) return ["not played"];
  return compare(sets(asJson(wanted)), sets(asJson(got)), "");
}

function asJson(step: PlayedStep): Json {
  return JSON.parse(JSON.stringify(step)) as Json;
}

function compare(wanted: Json | undefined, got: Json | undefined, path: string): string[] {
  if (wanted === "<ignored>" || got === "<ignored>") return [];
  if (typeof wanted === "number" && typeof got === "number") return compareNumbers(wanted, got, path);
  if (Array.isArray(wanted) && Array.isArray(got)) {
    if (wanted.length !== got.length) return [`${path}: ${wanted.length} entries are ${got.length}`];
    return wanted.flatMap((element, index) => compare(element, got[index], join(path, String(index))));
  }
  if (isObject(wanted) && isObject(got)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    return [...keys].flatMap((key) => compare(wanted[key], got[key], join(path, key)));
  }
  return wanted === got ? [] : [`${path}: ${show(wanted)} is ${show(got)}`];
}

function compareNumbers(wanted: number, got: number, path: string): string[] {
  const whole = Number.isInteger(wanted) && Number.isInteger(got);
  const allowed = whole ? 0 : TOLERANCE * Math.max(1, Math.abs(wanted));
  return Math.abs(wanted - got) <= allowed ? [] : [`${path}: ${wanted} is ${got}`];
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

function show(value: Json | undefined): string {
  return value === undefined ? "absent" : JSON.stringify(value).slice(0, SHOWN);
}
