import { isJsonObject } from "../../json-object.ts";
import { readStructuredAnswer } from "../../llm/structured-answer.ts";
import { sanitizeText } from "../sanitize.ts";

/** What a model wants to be done, as it said it. */
export interface ConsolidationAnswer {
  creates: { text: string; sourceIds: string[] }[];
  updates: { observationId: string; text: string; sourceIds: string[] }[];
  deletes: { observationId: string; mergedInto: string | null }[];
}

/** An answer that does not keep to the form: asking for the same in the same words again does not help. */
export class InvalidAnswerError extends Error {
  override readonly name = "InvalidAnswerError";
}

/** An answer whose form is right, but for a value of another kind: it may be better the next time. */
export class MisreadAnswerError extends Error {
  override readonly name = "MisreadAnswerError";
}

/** @throws InvalidAnswerError, MisreadAnswerError */
export function readAnswer(content: string): ConsolidationAnswer {
  const answer = readStructuredAnswer(content);
  if (!isJsonObject(answer)) throw new InvalidAnswerError("The model's answer is no JSON object");
  return {
    creates: listIn(answer, "creates").map((entry) => ({
      text: textIn(entry),
      sourceIds: sourceIdsIn(entry),
    })),
    updates: listIn(answer, "updates").map((entry) => ({
      observationId: idIn(entry, "observation_id"),
      text: textIn(entry),
      sourceIds: sourceIdsIn(entry),
    })),
    deletes: listIn(answer, "deletes").map((entry) => ({
      observationId: idIn(entry, entry.observation_id === undefined ? "id" : "observation_id"),
      mergedInto: entry.merged_into == null ? null : idIn(entry, "merged_into"),
    })),
  };
}

type Entry = Record<string, unknown>;

function listIn(answer: Entry, key: string): Entry[] {
  const value = answer[key];
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isJsonObject)) {
    throw new InvalidAnswerError(`The model's '${key}' is no list of objects`);
  }
  for (const entry of value) {
    for (const remark of REMARKS) {
      if (entry[remark] !== undefined && typeof entry[remark] !== "string") {
        throw new InvalidAnswerError(`A ${remark} in the model's '${key}' is no text`);
      }
    }
  }
  return value;
}

/** Said beside an action, and of no effect. */
const REMARKS = ["reason", "current_text"];

function textIn({ text }: Entry): string {
  if (text === undefined) throw new InvalidAnswerError("The model left out a text");
  if (text === null) return "";
  if (typeof text !== "string") throw new MisreadAnswerError("The model gave something else for a text");
  return sanitizeText(text);
}

function idIn(entry: Entry, key: string): string {
  const id = entry[key];
  if (typeof id !== "string") throw new InvalidAnswerError(`The model gave no ${key}`);
  return id;
}

/** A list, or one id; each counts once. Of an object its names are taken for the list. */
function sourceIdsIn({ source_fact_ids: ids }: Entry): string[] {
  if (ids === undefined) throw new InvalidAnswerError("The model left out source_fact_ids");
  if (typeof ids === "string") return [ids];
  if (isJsonObject(ids)) return Object.keys(ids);
  if (!Array.isArray(ids)) throw new MisreadAnswerError("The model gave something else for source_fact_ids");
  if (!ids.every((id) => typeof id === "string")) {
    throw new InvalidAnswerError("The model's source_fact_ids hold something that is no id");
  }
  return [...new Set<string>(ids)];
}
