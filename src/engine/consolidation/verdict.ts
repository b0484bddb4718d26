import { isJsonObject } from "../../json-object.ts";
import { readStructuredAnswer } from "../../llm/structured-answer.ts";
import { sanitizeText } from "../retain/sanitize.ts";

/** Whether two observations say the same, and in which words. */
export type Verdict = { action: "keep" } | { action: "merge"; text: string };

/** @param twin what the observation that is there says: it stands when the model has no other words. */
export function readVerdict(content: string, twin: string): Verdict {
  const answer = readStructuredAnswer(content);
  if (!isJsonObject(answer) || typeof answer.action !== "string") return { action: "keep" };
  if (answer.action.trim().toLowerCase() !== "merge") return { action: "keep" };
  const text = typeof answer.text === "string" ? sanitizeText(answer.text).trim() : "";
  return { action: "merge", text: text || twin };
}
