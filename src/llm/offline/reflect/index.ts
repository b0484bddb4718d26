/** The offline model's part in reflect: it gets what any model gets, and answers by rules. Same request, same answer. */
import { textOf } from "../../message-text.ts";
import type { ChatRequest, ChatResponse, ToolCall } from "../../types.ts";
import { writeAnswer } from "./answer.ts";
import { type Conversation, readConversation, readLengthTarget, readSection } from "./conversation.ts";
import { readFacts } from "./evidence.ts";
import { otherWords, readQuestion } from "./question.ts";
import { shortenText } from "./shorten.ts";
import { fillSchema } from "./structured.ts";

/** One search in the question's words, and one in others. */
const MAX_RECALLS = 2;

export type ReflectAnswer = Pick<ChatResponse, "content" | "toolCalls" | "finishReason">;

export function answerReflect(request: ChatRequest): ReflectAnswer {
  const { toolChoice } = request;
  const offered =
    typeof toolChoice === "object" ? [toolChoice.name] : (request.tools?.map(({ name }) => name) ?? []);
  const conversation = readConversation(request);
  if (offered.length === 0)
    return { content: writeText(request, conversation), toolCalls: [], finishReason: "stop" };
  const call = chooseCall(offered, conversation);
  const count = request.messages.filter(({ role }) => role === "assistant").length;
  const toolCall: ToolCall = {
    id: `call_${count + 1}`,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  };
  return { content: null, toolCalls: [toolCall], finishReason: "tool_calls" };
}

interface Call {
  name: string;
  arguments: Record<string, unknown>;
}

function chooseCall(offered: readonly string[], conversation: Conversation): Call {
  const { question, toolResults, queries } = conversation;
  const [only] = offered;
  if (only !== undefined && offered.length === 1 && only !== "done") {
    return {
      name: only,
      arguments: { reason: "The question's own words.", query: searchQuery(only, conversation) },
    };
  }
  const answer = writeAnswer(readQuestion(question), readFacts(toolResults));
  if (!offered.includes("answer_ready")) {
    return { name: "done", arguments: doneArguments(answer) };
  }
  const recalls = queries.get("recall")?.length ?? 0;
  const query = otherWords(question);
  if (!answer.found && offered.includes("recall") && recalls < MAX_RECALLS && query !== "") {
    return { name: "recall", arguments: { reason: "Nothing matched; the same in other words.", query } };
  }
  return { name: "answer_ready", arguments: { answer_found: answer.found } };
}

/** A search that is asked for again gets other words. */
function searchQuery(tool: string, { question, queries }: Conversation): string {
  return queries.has(tool) ? otherWords(question) || question : question;
}

function doneArguments({ text, used, found }: ReturnType<typeof writeAnswer>): Record<string, unknown> {
  const idsOf = (kind: "memory" | "observation") =>
    used.filter((fact) => fact.kind === kind).map(({ id }) => id);
  return {
    answer: text,
    memory_ids: idsOf("memory"),
    observation_ids: idsOf("observation"),
    answer_found: found,
  };
}

/** What is answered without tools: JSON for a schema, a shorter text, or the answer itself. */
function writeText(request: ChatRequest, { question, toolResults }: Conversation): string {
  const prompt = textOf(request.messages.at(-1));
  const given = readSection(prompt, "answer");
  if (request.responseFormat === "json") {
    return JSON.stringify(fillSchema(request.responseSchema, given ?? ""));
  }
  if (given !== undefined) return shortenText(given, readLengthTarget(request.messages));
  return writeAnswer(readQuestion(question), readFacts(toolResults)).text;
}
