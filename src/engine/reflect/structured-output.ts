import { isJsonObject } from "../../json-object.ts";
import { LlmError } from "../../llm/llm-error.ts";
import { readStructuredAnswer } from "../../llm/structured-answer.ts";
import type { ChatRequest, ChatResponse, JsonSchema } from "../../llm/types.ts";
import { parseModelJson } from "../../parse-json.ts";
import { sanitizeValue } from "../sanitize.ts";
import type { ReflectAnswer } from "../types.ts";
import { structuredOutputMessages } from "./prompts/structured-output.ts";
import type { ReflectRun } from "./run.ts";

/**
 * The answer in the form of the request's JSON schema, by a call of its own. Any JSON object is taken as the model wrote it;
 * a failure is reported in the answer and does not fail the reflect.
 */
export async function structuredOutput(
  run: ReflectRun,
  text: string,
): Promise<Pick<ReflectAnswer, "structuredOutput" | "structuredOutputError">> {
  const { responseSchema, maxTokens } = run.tools.request;
  if (!responseSchema) return { structuredOutput: null, structuredOutputError: null };
  try {
    const { value, response } = await extractStructured(
      (call) => run.transcript.send("structured_output", call),
      { question: run.question, text, responseSchema, maxTokens },
    );
    run.transcript.count(response);
    return { structuredOutput: value, structuredOutputError: null };
  } catch (error) {
    if (!(error instanceof LlmError)) throw error;
    return { structuredOutput: null, structuredOutputError: `${error.name}: ${error.message}` };
  }
}

type ExtractionCall = Omit<ChatRequest, "scope" | "operation" | "step" | "attribution">;

/** What a text says, in the form of a JSON schema. @throws LlmError; what `ask` throws */
export async function extractStructured(
  ask: (call: ExtractionCall) => Promise<ChatResponse>,
  {
    question,
    text,
    responseSchema,
    maxTokens,
  }: { question: string; text: string; responseSchema: JsonSchema; maxTokens: number },
): Promise<{ value: Record<string, unknown>; response: ChatResponse }> {
  const response = await ask({
    messages: structuredOutputMessages(question, text),
    responseFormat: "json",
    responseSchema,
    temperature: 0,
    maxRetries: 1,
    initialBackoffMs: 250,
    maxBackoffMs: 1_000,
    ...(maxTokens > 0 && { maxTokens }),
  });
  const read = readStructuredAnswer(response.content ?? "");
  const value = sanitizeValue(typeof read === "string" ? parseModelJson(read) : read);
  if (!isJsonObject(value)) {
    throw new LlmError("invalid_json", "The model's answer is not a JSON object", { retryable: false });
  }
  return { value, response };
}
