/** Reads what a model wrote as a tool's arguments. */
import { isJsonObject } from "../../../json-object.ts";
import { repairStructuredAnswer } from "../../../llm/structured-answer.ts";
import { parseModelJson } from "../../../parse-json.ts";
import { sanitizeObject, sanitizeText } from "../../sanitize.ts";
import { ToolArgumentError } from "./tool.ts";

/** A search may ask for no fewer and no more tokens than these. */
const MIN_TOKENS = 1_000;
export const MAX_TOKENS = 16_000;
/** Holds what a model wrote in place of arguments. */
export const UNREADABLE = "_raw";
/** A model's ways of writing that there is nothing. */
const ABSENT: readonly unknown[] = [undefined, null, false, 0, "", "null", "none"];
const WHOLE = /^[+-]?\d+(_\d+)*$/;

/** The arguments as an object; what is none becomes `{_raw}`, so that the trace shows it. */
export function parseArguments(json: string): Record<string, unknown> {
  if (json.trim() === "") return {};
  const value = parseModelJson(json);
  if (isJsonObject(value)) return sanitizeObject(value);
  // Told to the model by the tool that misses its arguments.
  return { [UNREADABLE]: sanitizeText(json) };
}

/** As `parseArguments`, but broken JSON is mended. */
export function parseArgumentsLeniently(json: string): Record<string, unknown> {
  const args = parseArguments(json);
  if (!(UNREADABLE in args)) return args;
  const repaired = repairStructuredAnswer(json);
  return isJsonObject(repaired) ? sanitizeObject(repaired) : args;
}

/** @throws ToolArgumentError */
export function readQuery(args: Record<string, unknown>): string {
  const { query } = args;
  if (typeof query === "string" && query !== "") return query;
  throw new ToolArgumentError("`query` is required: the words to search for.");
}

/**
 * A number of tokens. Absent in any of a model's ways of writing it: the default.
 * @param most no more is granted; but never less than a search needs.
 * @throws ToolArgumentError
 */
export function readTokens(
  args: Record<string, unknown>,
  name: string,
  { fallback, most }: { fallback: number; most: number },
): number {
  const tokens = readNumber(args, name);
  return tokens === undefined ? fallback : Math.max(MIN_TOKENS, Math.min(most, tokens));
}

/** A whole number; a fraction is cut off. @returns undefined when there is none. @throws ToolArgumentError */
export function readNumber(args: Record<string, unknown>, name: string): number | undefined {
  const given = args[name];
  const value = typeof given === "string" ? given.trim().toLowerCase() : given;
  if (ABSENT.includes(value) || isEmpty(value)) return undefined;
  if (value === true) return 1;
  const number = typeof value === "string" && WHOLE.test(value) ? Number(value.replaceAll("_", "")) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw new ToolArgumentError(`\`${name}\` must be a whole number.`);
  }
  return Math.trunc(number);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The strings of a list; anything else is empty. */
export function readList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
