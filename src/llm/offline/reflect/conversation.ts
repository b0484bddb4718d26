/** What a request of reflect says, read out of its messages. */
import { textOf } from "../../message-text.ts";
import type { ChatMessage, ChatRequest } from "../../types.ts";

export interface Conversation {
  question: string;
  /** What the tools returned, as text. */
  toolResults: string[];
  /** The queries that were sent to a tool, by its name. */
  queries: Map<string, string[]>;
}

export function readConversation({ messages }: ChatRequest): Conversation {
  const toolResults = messages.flatMap((message) => (message.role === "tool" ? message.content : []));
  const lastUser = textOf(messages.findLast(({ role }) => role === "user"));
  const firstUser = textOf(messages.find(({ role }) => role === "user"));
  const queries = new Map<string, string[]>();
  for (const message of messages) {
    if (message.role !== "assistant") continue;
    for (const { name, arguments: args } of message.toolCalls ?? []) {
      queries.set(name, [...(queries.get(name) ?? []), args]);
    }
  }
  return {
    question: readSection(lastUser, "question") ?? firstUser,
    toolResults: [...toolResults, ...(readSection(lastUser, "tool_results")?.split("\n") ?? [])],
    queries,
  };
}

/** A part of a prompt that stands between tags of this name; the last one, since earlier ones may be quoted. */
export function readSection(prompt: string, name: string): string | undefined {
  const end = prompt.lastIndexOf(`\n</${name}>`);
  const start = prompt.indexOf(`<${name}>\n`);
  return start >= 0 && end >= start + name.length + 2
    ? prompt.slice(start + name.length + 3, end)
    : undefined;
}

/** The length that a prompt allows, in tokens. */
export function readLengthTarget(messages: readonly ChatMessage[]): number | undefined {
  const target = /no more than (\d+) tokens/.exec(textOf(messages.at(-1)))?.[1];
  return target === undefined ? undefined : Number(target);
}
