/** The calls that answer in plain text. */
import { LlmError } from "../../llm/llm-error.ts";
import { fitsInTokens } from "../../tokens/tokens.ts";
import { EngineError } from "../errors.ts";
import { rewriteMessages } from "./prompts/rewrite.ts";
import { synthesisMessages } from "./prompts/synthesis.ts";
import type { DraftAnswer, ReflectRun } from "./run.ts";

/**
 * The answer without tools, from all that they returned. It cites nothing.
 * @throws EngineError `llm_failed`
 */
export async function synthesize(run: ReflectRun): Promise<DraftAnswer> {
  const messages = synthesisMessages({
    system: run.system,
    question: run.question,
    toolResults: run.messages.flatMap((message) => (message.role === "tool" ? message.content : [])),
    maxTokens: run.tools.request.maxTokens,
  });
  try {
    const { content } = await run.transcript.ask("final", { messages });
    const text = content?.trim() ?? "";
    if (text === "") throw new EngineError("llm_failed", "The model gave no answer.");
    return { text, memoryIds: [], observationIds: [] };
  } catch (error) {
    if (error instanceof LlmError) throw new EngineError("llm_failed", error.message, { cause: error });
    throw error;
  }
}

/** The answer, asked for once more in a shorter form when it is longer than the request allows. */
export async function shorten(run: ReflectRun, text: string): Promise<string> {
  const { maxTokens } = run.tools.request;
  if (await fitsInTokens(text, maxTokens, "cl100k_base")) return text;
  try {
    const { content } = await run.transcript.ask("final_rewrite", {
      messages: rewriteMessages(run.question, text, maxTokens),
    });
    return content?.trim() || text;
  } catch (error) {
    // A long answer is better than none.
    if (error instanceof LlmError) return text;
    throw error;
  }
}
