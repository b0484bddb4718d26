/** What all kinds of providers have in common when their answers are read. */
import { LlmError } from "./llm-error.ts";
import { readStructuredAnswer, repairStructuredAnswer } from "./structured-answer.ts";

const SHOWN_CHARACTERS = 200;

/**
 * The JSON of an answer, without what stood around it.
 * @param mend broken JSON is mended.
 * @throws LlmError
 */
export function structuredText(content: string, mend: boolean): string {
  let value = readStructuredAnswer(content);
  if (value === undefined && mend) value = repairStructuredAnswer(content);
  // A number that is not finite is another answer than null, which it would become.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value !== undefined) return JSON.stringify(value);
  throw new LlmError("invalid_json", `The answer is not JSON: ${content.slice(0, SHOWN_CHARACTERS)}`, {
    retryable: true,
  });
}

export function cutOff(): LlmError {
  return new LlmError("length", "The answer was cut off at its token limit", { retryable: false });
}

export function emptyAnswer(finishReason: string): LlmError {
  if (finishReason !== "content_filter") {
    return new LlmError("empty", "The provider's answer is empty", { retryable: true });
  }
  return new LlmError("content_filter", "The provider's content filter withheld the answer", {
    retryable: false,
  });
}
