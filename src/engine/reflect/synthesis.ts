/** The calls that answer in plain text. */
import { LlmError } from "../../llm/llm-error.ts";
import { fitsInTokens } from "../../tokens/tokens.ts";
import { EngineError } from "../errors.ts";
import { renderDocument } from "../mental-models/document/structure.ts";
import { rewriteMessages } from "./prompts/rewrite.ts";
import { synthesisMessages } from "./prompts/synthesis.ts";
import type { DraftAnswer, ReflectRun } from "./run.ts";
import { shortenDocument } from "./shorten-document.ts";
import { shownText } from "./transcript.ts";

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
    const restored = run.tools.aliases.restore(text, shownText(run.messages));
    return { text: restored, document: null, memoryIds: [], observationIds: [] };
  } catch (error) {
    if (error instanceof LlmError) throw new EngineError("llm_failed", error.message, { cause: error });
    throw error;
  }
}

/** The answer, asked for once more in a shorter form when it is longer than the request allows: a document as a document. */
export async function shorten(
  run: ReflectRun,
  draft: DraftAnswer,
): Promise<Pick<DraftAnswer, "text" | "document">> {
  const { maxTokens } = run.tools.request;
  const { text, document } = draft;
  if (await fitsInTokens(text, maxTokens, "cl100k_base")) return draft;
  try {
    if (document) {
      const shorter = await shortenDocument(run, text);
      return shorter ? { text: renderDocument(shorter).trim(), document: shorter } : draft;
    }
    const { content } = await run.transcript.ask("final_rewrite", {
      messages: rewriteMessages(run.question, text, maxTokens),
    });
    return { text: content?.trim() || text, document: null };
  } catch (error) {
    // A long answer is better than none.
    if (error instanceof LlmError) return draft;
    throw error;
  }
}
