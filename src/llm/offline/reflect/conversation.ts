/** What a request of reflect says, read out of its messages. */
import { textOf } from "../../message-text.ts";
import type { ChatMessage, ChatRequest } from "../../types.ts";

export interface Conversation {
  question: string;
  /** What the tools returned, as text. */
  toolResults: string[];
  /** Notes that were taken of what they returned, where that was too long. */
  notes: string[];
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
    question: withoutBackground(readSection(lastUser, "question") ?? firstUser),
    toolResults: [...toolResults, ...(readSection(lastUser, "tool_results")?.split("\n") ?? [])],
    notes: readSection(lastUser, "notes")?.split("\n") ?? [],
    queries,
  };
}

/** Words of a context of this length may be part of the question; a longer one says what the answer is for, and how to write it. */
const SHORT_CONTEXT = 200;
const CONTEXT = "\n\nAdditional context: ";

function withoutBackground(question: string): string {
  const at = question.indexOf(CONTEXT);
  if (at < 0) return question;
  const query = question.slice(0, at);
  const context = question.slice(at + CONTEXT.length);
  if (query.trim() === "") return context;
  return context.length <= SHORT_CONTEXT ? `${query}\n\n${context}` : query;
}

/** A part of a prompt that stands between tags of this name; from the first to the last one, since some may be quoted in it. */
export function readSection(prompt: string, name: string): string | undefined {
  const end = prompt.lastIndexOf(`\n</${name}>`);
  const start = prompt.indexOf(`<${name}>\n`);
  return start >= 0 && end >= start + name.length + 2
    ? prompt.slice(start + name.length + 3, end)
    : undefined;
}

/** What a prompt says around its sections: the last words of it. */
export function readInstruction(prompt: string): string {
  return prompt.slice(prompt.lastIndexOf("</")).trim();
}

/** The length that a prompt allows, in tokens. */
export function readLengthTarget(messages: readonly ChatMessage[]): number | undefined {
  const target = /no more than (\d+) tokens/.exec(textOf(messages.at(-1)))?.[1];
  return target === undefined ? undefined : Number(target);
}
