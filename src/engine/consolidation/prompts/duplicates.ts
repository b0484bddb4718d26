import type { ChatMessage } from "../../../llm/types.ts";

/** Asked of two observations that are nearly the same: one message, for there is nothing in it that lasts. */
export function duplicateMessages(candidate: string, twin: string): ChatMessage[] {
  const content = `Two observations of a memory are worded nearly alike. Do they say the same?

- "merge": they say the same of the same subject, or one says all that the other says. The text is one statement that holds everything of both.
- "keep": they differ in who, what, when, how many, or in whether it holds at all.

New: ${JSON.stringify(candidate)}
Known: ${JSON.stringify(twin)}

Answer with one json object: {"action": "merge" or "keep", "text": "the one statement when they are merged", "reason": "…"}`;
  return [{ role: "user", content }];
}
