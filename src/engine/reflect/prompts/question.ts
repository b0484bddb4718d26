import type { ReflectRequest } from "../../types.ts";
import { section } from "./section.ts";

/** The question as it stands in every prompt. */
export function questionText({ query, context }: Pick<ReflectRequest, "query" | "context">): string {
  return context === undefined || context.trim() === ""
    ? query
    : `${query}\n\nAdditional context: ${context}`;
}

/**
 * The first message of the conversation: the question, and once more what it must not be answered without. The mission is
 * repeated because it stands far above among the rules.
 * @param language what answers are written in; null: the language of the question.
 */
export function openingText(question: string, mission: string, language: string | null): string {
  const more = [
    ...(mission.trim() === "" ? [] : [`Your mission: ${mission.trim()}`]),
    ...(language === null ? [] : [languageText(language)]),
  ];
  return more.length === 0 ? question : [section("question", question), ...more].join("\n\n");
}

/** Whatever the question and the memories are written in. */
export function languageText(language: string): string {
  return `Write the answer in ${language}.`;
}
