/** Our messages in the words of the AI SDK's providers. */
import type {
  LanguageModelV3FilePart,
  LanguageModelV3FunctionTool,
  LanguageModelV3Message,
  LanguageModelV3Prompt,
  LanguageModelV3TextPart,
  LanguageModelV3ToolCallPart,
  LanguageModelV3ToolChoice,
  LanguageModelV3ToolResultPart,
} from "@ai-sdk/provider";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import type { ChatMessage, ChatRequest, ContentPart, ToolCall, ToolDefinition } from "../types.ts";

/** The name under which a provider's package looks for what is meant for it. */
export type Package = "anthropic" | "google";

/** All system messages as one, at the start; the results of one turn's tools as one message. */
export function toPrompt(messages: readonly ChatMessage[], name: Package): LanguageModelV3Prompt {
  const system = messages.flatMap((message) => (message.role === "system" ? message.content : []));
  const prompt: LanguageModelV3Message[] =
    system.length > 0 ? [{ role: "system", content: system.join("\n\n") }] : [];
  const toolNames = new Map<string, string>();
  for (const message of messages) {
    const last = prompt.at(-1);
    if (message.role === "user") prompt.push({ role: "user", content: toParts(message.content) });
    else if (message.role === "assistant") {
      for (const call of message.toolCalls ?? []) toolNames.set(call.id, call.name);
      prompt.push({
        role: "assistant",
        content: [...toParts(message.content ?? ""), ...toCalls(message.toolCalls, name)],
      });
    } else if (message.role === "tool") {
      const result = toResult(message.toolCallId, toolNames, message.content);
      if (last?.role === "tool") last.content.push(result);
      else prompt.push({ role: "tool", content: [result] });
    }
  }
  return prompt;
}

function toParts(
  content: string | readonly ContentPart[],
): (LanguageModelV3TextPart | LanguageModelV3FilePart)[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return content.map((part) => {
    if (part.type === "text") return { type: "text", text: part.text };
    const { mediaType, data } = part;
    return part.type === "image"
      ? { type: "file", mediaType, data }
      : { type: "file", mediaType, data, filename: part.filename };
  });
}

function toCalls(calls: readonly ToolCall[] = [], name: Package): LanguageModelV3ToolCallPart[] {
  return calls.map((call) => ({
    type: "tool-call",
    toolCallId: call.id,
    toolName: call.name,
    input: parseInput(call.arguments),
    ...(call.signature !== undefined && {
      providerOptions: { [name]: { thoughtSignature: call.signature } },
    }),
  }));
}

/** What the model wrote as arguments goes back as an object, whatever it was. */
function parseInput(json: string): unknown {
  const value = parseJson(json);
  if (isJsonObject(value)) return value;
  return json.trim() === "" ? {} : { _raw: json };
}

function toResult(
  toolCallId: string,
  toolNames: Map<string, string>,
  content: string,
): LanguageModelV3ToolResultPart {
  return {
    type: "tool-result",
    toolCallId,
    toolName: toolNames.get(toolCallId) ?? "",
    output: { type: "text", value: content },
  };
}

export function toTools(tools: readonly ToolDefinition[]): LanguageModelV3FunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    name,
    description,
    inputSchema: parameters,
  }));
}

export function toToolChoice(choice: ChatRequest["toolChoice"]): LanguageModelV3ToolChoice | undefined {
  if (choice === undefined) return undefined;
  return choice === "required" ? { type: "required" } : { type: "tool", toolName: choice.name };
}
