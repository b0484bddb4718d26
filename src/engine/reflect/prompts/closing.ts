import type { ReflectRequest } from "../../types.ts";
import { section } from "./section.ts";

/** Ends the search and asks for the answer. */
export function closingPrompt(
  question: string,
  { maxTokens, asDocument = false }: Pick<ReflectRequest, "maxTokens" | "asDocument">,
): string {
  return [
    `Stop searching. Answer the question now by calling \`done\`${asDocument ? ", with a `document` of sections" : ""}.`,
    section("question", question),
    `Rest the answer on what the tools returned and on nothing else, and list the ids that it rests on. If they do not hold the answer, say that it is not known and set \`answer_found\` to false.${lengthTarget(maxTokens)}`,
  ].join("\n\n");
}

/** How long the answer may be, in words that a prompt can end with. */
export function lengthTarget(maxTokens: number): string {
  return maxTokens > 0 ? ` Write no more than ${maxTokens} tokens.` : "";
}
