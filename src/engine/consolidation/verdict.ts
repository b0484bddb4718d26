import { isJsonObject } from "../../json-object.ts";
import { readStructuredAnswer } from "../../llm/structured-answer.ts";
import { sanitizeText } from "../sanitize.ts";
import { MisreadAnswerError } from "./answer.ts";

/** Whether two observations say the same, and in which words. */
export type Verdict = { action: "keep" } | { action: "merge"; text: string };

/**
 * @param twin what the observation that is there says: it stands when the model has no other words.
 * @throws MisreadAnswerError when nothing can be made of the answer.
 */
export function readVerdict(content: string, twin: string): Verdict {
  const answer = readStructuredAnswer(content);
  if (!isJsonObject(answer)) throw new MisreadAnswerError("The model's verdict is no JSON object");
  const { action, text = "" } = answer;
  if (typeof action !== "string" || action.trim().toLowerCase() !== "merge") return { action: "keep" };
  if (text !== null && typeof text !== "string") {
    throw new MisreadAnswerError("The model gave something else for the text of a merged observation");
  }
  return { action: "merge", text: sanitizeText(text ?? "").trim() || twin };
}
