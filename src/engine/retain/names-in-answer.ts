import { isJsonObject } from "../../json-object.ts";
import { labelTest } from "../labels/label-names.ts";
import { readLabels } from "../labels/label-reading.ts";
import { isAbsent, UnreadableAnswerError } from "./answer-values.ts";
import type { FactReading } from "./facts.ts";

/**
 * The names that a model gave a fact, and its labels: texts, or objects with a text.
 * @returns undefined when they are no list of such.
 * @throws UnreadableAnswerError when labels cannot be told from names.
 */
export function readNames(
  { entities, labels: told }: Record<string, unknown>,
  { labels, allowFreeFormEntities }: FactReading,
): string[] | undefined {
  if (labels.length === 0 && !allowFreeFormEntities) return [];
  const list = isAbsent(entities) ? [] : entities;
  if (!Array.isArray(list)) return allowFreeFormEntities ? undefined : [];
  const given = list.flatMap((name) =>
    isJsonObject(name) ? (typeof name.text === "string" ? name.text : []) : [name],
  );
  const names = given.filter((name) => typeof name === "string");
  if (names.length < given.length) {
    if (labels.length > 0) throw new UnreadableAnswerError("The model's 'entities' holds more than texts");
    return undefined;
  }
  const all = labels.length > 0 ? [...names, ...readLabels(told, labels, names)] : names;
  const kept = allowFreeFormEntities ? all : all.filter(labelTest(labels));
  return kept.filter((name) => name.trim() !== "");
}
