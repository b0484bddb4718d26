/** The offline model's part in reflect: it gets what any model gets, and answers by rules. Same request, same answer. */
import { isJsonObject } from "../../../json-object.ts";
import { textOf } from "../../message-text.ts";
import type { ChatRequest, ChatResponse, ToolCall, ToolDefinition } from "../../types.ts";
import { fillSchema } from "../structured/fill-schema.ts";
import { NOT_KNOWN, type WrittenAnswer, writeAnswer } from "./answer.ts";
import {
  type Conversation,
  readConversation,
  readInstruction,
  readLengthTarget,
  readSection,
} from "./conversation.ts";
import { shortenDocument, writeDocument } from "./document.ts";
import { type Fact, readFacts, readNotes } from "./evidence.ts";
import { writeNotes } from "./notes.ts";
import { otherWords, readQuestion } from "./question.ts";
import { shortenText } from "./shorten.ts";

/** What is said of anything else that an answer must come with, such as how it keeps to directives. */
const COMPLIANCE = "Followed as far as the facts' own words allow.";
/** One search in the question's words, and one in others. */
const MAX_RECALLS = 2;

export type ReflectAnswer = Pick<ChatResponse, "content" | "toolCalls" | "finishReason">;

export async function answerReflect(request: ChatRequest): Promise<ReflectAnswer> {
  const { tools = [], toolChoice } = request;
  const offered =
    typeof toolChoice === "object" ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  const conversation = readConversation(request);
  if (offered.length === 0)
    return { content: await writeText(request, conversation), toolCalls: [], finishReason: "stop" };
  const call = await chooseCall(offered, conversation, readLengthTarget(request.messages));
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

async function chooseCall(
  offered: readonly ToolDefinition[],
  conversation: Conversation,
  lengthTarget: number | undefined,
): Promise<Call> {
  const { question, queries } = conversation;
  const [only] = offered;
  if (only !== undefined && offered.length === 1 && only.name !== "done") {
    return {
      name: only.name,
      arguments: { reason: "The question's own words.", query: searchQuery(only.name, conversation) },
    };
  }
  const names = offered.map(({ name }) => name);
  const done = offered.find(({ name }) => name === "done");
  if (done && !names.includes("answer_ready")) {
    return { name: done.name, arguments: await doneArguments(done, conversation, lengthTarget) };
  }
  const { found } = answerOf(conversation);
  const recalls = queries.get("recall")?.length ?? 0;
  const query = otherWords(question);
  if (!found && names.includes("recall") && recalls < MAX_RECALLS && query !== "") {
    return { name: "recall", arguments: { reason: "Nothing matched; the same in other words.", query } };
  }
  return { name: "answer_ready", arguments: { answer_found: found } };
}

/** A search that is asked for again gets other words. */
function searchQuery(tool: string, { question, queries }: Conversation): string {
  return queries.has(tool) ? otherWords(question) || question : question;
}

function factsOf({ toolResults, notes }: Conversation): Fact[] {
  return [...readFacts(toolResults), ...readNotes(notes)];
}

function answerOf(conversation: Conversation): WrittenAnswer {
  return writeAnswer(readQuestion(conversation.question), factsOf(conversation));
}

/** The answer in the form that the tool asks for; what else it requires is filled by its schema. */
async function doneArguments(
  { parameters }: ToolDefinition,
  conversation: Conversation,
  lengthTarget: number | undefined,
): Promise<Record<string, unknown>> {
  const properties = isJsonObject(parameters.properties) ? parameters.properties : {};
  const wantsDocument = "document" in properties && !("answer" in properties);
  const document = wantsDocument
    ? writeDocument(readQuestion(conversation.question), factsOf(conversation), lengthTarget)
    : undefined;
  const { text, used, found } = document ?? answerOf(conversation);
  const idsOf = (kind: Fact["kind"]) => [
    ...new Set(used.filter((fact) => fact.kind === kind).map(({ id }) => id)),
  ];
  const answer: Record<string, unknown> = {
    ...(document ? { document: { sections: document.sections } } : { answer: text }),
    memory_ids: idsOf("memory"),
    observation_ids: idsOf("observation"),
    ...("mental_model_ids" in properties && { mental_model_ids: idsOf("mental_model") }),
    answer_found: found,
  };
  const required = Array.isArray(parameters.required) ? parameters.required : [];
  for (const name of required) {
    if (typeof name !== "string" || name in answer) continue;
    answer[name] = await fillSchema(properties[name], COMPLIANCE, name);
  }
  return answer;
}

/** What is answered without tools: JSON for a schema, a shorter text or document, notes, or the answer itself. */
async function writeText(request: ChatRequest, conversation: Conversation): Promise<string> {
  const prompt = textOf(request.messages.findLast(({ role }) => role === "user"));
  const given = readSection(prompt, "answer");
  if (request.responseFormat === "json" && request.responseSchema) {
    return JSON.stringify(await fillSchema(request.responseSchema, given ?? ""));
  }
  const lengthTarget = readLengthTarget(request.messages);
  if (given !== undefined) return shortenText(given, lengthTarget);
  const document = readSection(prompt, "document");
  if (document !== undefined) return JSON.stringify(shortenDocument(document, lengthTarget));
  if (/\bnotes\b/.test(readInstruction(prompt)) && conversation.notes.length === 0) {
    return writeNotes(readQuestion(conversation.question), factsOf(conversation));
  }
  return answerOf(conversation).text || NOT_KNOWN;
}
