import { isJsonObject } from "../../json-object.ts";
import { LlmError } from "../../llm/llm-error.ts";
import { readStructuredAnswer } from "../../llm/structured-answer.ts";
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
    const response = await run.transcript.send("structured_output", {
      messages: structuredOutputMessages(run.question, text),
      responseFormat: "json",
      responseSchema,
      temperature: 0,
      maxRetries: 1,
      initialBackoffMs: 250,
      maxBackoffMs: 1_000,
      ...(maxTokens > 0 && { maxTokens }),
    });
    const value = readStructuredAnswer(response.content ?? "");
    if (!isJsonObject(value)) {
      throw new LlmError("invalid_json", "The model's answer is not a JSON object", { retryable: false });
    }
    run.transcript.count(response);
    return { structuredOutput: value, structuredOutputError: null };
  } catch (error) {
    if (!(error instanceof LlmError)) throw error;
    return { structuredOutput: null, structuredOutputError: `${error.name}: ${error.message}` };
  }
}
