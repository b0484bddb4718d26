import type { ChatMessage } from "./types.ts";

/** The text of a message; that of its parts, where it has some. Empty when there is no message. */
export function textOf(message: Pick<ChatMessage, "content"> | undefined): string {
  const content = message?.content ?? "";
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? part.text : [])).join("\n");
}
