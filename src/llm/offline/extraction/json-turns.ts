import { isJsonObject } from "../../../json-object.ts";
import { parseJson } from "../../../parse-json.ts";
import type { Utterance } from "./utterances.ts";

const SPEAKER_KEYS = ["speaker", "name", "author", "sender", "from", "role", "user"];
const TEXT_KEYS = ["text", "content", "message", "body", "utterance", "value"];
const DATE_KEYS = ["timestamp", "date", "datetime", "time", "created_at", "createdAt", "at"];

type JsonObject = Record<string, unknown>;

/** The turns of a conversation in JSON: an array of objects, one object, or an object a line. undefined: it is none. */
export function readTurns(text: string): Utterance[] | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return undefined;
  const whole = parseJson(trimmed);
  const values =
    whole === undefined ? trimmed.split(/\r?\n/).map(parseJson) : Array.isArray(whole) ? whole : [whole];
  return values.length > 0 && values.every(isJsonObject) ? values.map(readTurn) : undefined;
}

function readTurn(turn: JsonObject): Utterance {
  const text = TEXT_KEYS.map((key) => textOf(turn[key])).find((value) => value !== undefined);
  if (text === undefined) return { speaker: undefined, date: undefined, text: describe(turn) };
  return { speaker: firstText(turn, SPEAKER_KEYS), date: firstText(turn, DATE_KEYS), text };
}

function firstText(turn: JsonObject, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = turn[key];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return undefined;
}

/** A text, or the texts of content blocks. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const texts = value.flatMap((block) =>
    isJsonObject(block) && typeof block.text === "string" ? [block.text] : [],
  );
  return texts.length > 0 ? texts.join("\n") : undefined;
}

/** An object that is no turn, in words: "name: Ann; city: Rome". */
function describe(object: JsonObject): string {
  return Object.entries(object)
    .filter(([, value]) => value !== null && value !== "")
    .map(
      ([key, value]) =>
        `${key.replaceAll("_", " ")}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
    )
    .join("; ");
}
