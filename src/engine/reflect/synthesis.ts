/** The calls that answer in plain text. */
import { LlmError } from "../../llm/llm-error.ts";
import { countTokens, cutToTokens, fitsInTokens } from "../../tokens/tokens.ts";
import { EngineError } from "../errors.ts";
import { renderDocument } from "../mental-models/document/structure.ts";
import { NoAnswerError } from "./no-answer.ts";
import { packResults, type ToolResult } from "./packing.ts";
import { evidenceMessages } from "./prompts/evidence.ts";
import { rewriteMessages } from "./prompts/rewrite.ts";
import { type SynthesisSource, synthesisMessages } from "./prompts/synthesis.ts";
import { type DraftAnswer, type ReflectRun, shownText } from "./run.ts";
import { shortenDocument } from "./shorten-document.ts";

/** The share of the context that results may take up; the rest is for instructions and the answer. */
const RESULTS_SHARE = 0.8;
const MIN_PART_TOKENS = 1_024;

/**
 * The answer without tools, from all that they returned. It cites nothing. What is too long for one call is read in parts
 * first, side by side.
 * @throws EngineError `llm_failed`
 */
export async function synthesize(run: ReflectRun): Promise<DraftAnswer> {
  try {
    const messages = synthesisMessages(await sourceOf(run), {
      system: run.system,
      question: run.question,
      maxTokens: run.tools.request.maxTokens,
      language: run.tools.context.settings.retain.outputLanguage,
    });
    const { content } = await run.transcript.ask("final", { messages });
    const text = content?.trim() ?? "";
    if (text === "") throw new NoAnswerError("The model gave no answer.");
    const restored = run.tools.aliases.restore(text, shownText(run));
    return { text: restored, document: null, memoryIds: [], observationIds: [], mentalModelIds: [] };
  } catch (error) {
    if (error instanceof LlmError) throw new EngineError("llm_failed", error.message, { cause: error });
    throw error;
  }
}

async function sourceOf(run: ReflectRun): Promise<SynthesisSource> {
  const limit = Math.max(MIN_PART_TOKENS, Math.floor(RESULTS_SHARE * run.settings.maxContextTokens));
  const parts = await packResults(run.results, limit);
  if (parts.length <= 1) return { toolResults: textsOf(parts.flat()) };
  const notes = await run.transcript.askAll(
    parts.map((part, index) => ({
      step: `final_map_${index + 1}`,
      call: { messages: evidenceMessages(run.question, textsOf(part).join("\n")), temperature: 0 },
    })),
  );
  const texts = notes.map(({ content }) => content?.trim() ?? "").filter((text) => text !== "");
  return { notes: await shareRoom(texts, limit) };
}

function textsOf(results: readonly ToolResult[]): string[] {
  return results.map(({ result }) => JSON.stringify(result));
}

/** Notes that together are too long for the last call get an equal share of it. */
async function shareRoom(texts: readonly string[], limit: number): Promise<readonly string[]> {
  const tokens = await Promise.all(texts.map((text) => countTokens(text, "cl100k_base")));
  if (tokens.reduce((sum, count) => sum + count, 0) <= limit) return texts;
  const share = Math.floor(limit / texts.length);
  return Promise.all(texts.map((text) => cutToTokens(text, share, "cl100k_base")));
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
    const shorter = content?.trim();
    const { aliases } = run.tools;
    return { text: shorter ? aliases.strikeUnseen(shorter, shownText(run)) : text, document: null };
  } catch (error) {
    if (error instanceof LlmError) throw new EngineError("llm_failed", error.message, { cause: error });
    throw error;
  }
}
