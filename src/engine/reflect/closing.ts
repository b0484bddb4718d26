/** The call that asks for the answer. */
import { LlmError } from "../../llm/llm-error.ts";
import type { ChatMessage, ChatResponse } from "../../llm/types.ts";
import { EngineError } from "../errors.ts";
import { renderDocument } from "./document.ts";
import { closingPrompt } from "./prompts/closing.ts";
import type { DraftAnswer, ReflectRun } from "./run.ts";
import { synthesize } from "./synthesis.ts";
import { parseArguments, parseArgumentsLeniently, readStrings } from "./tools/arguments.ts";
import { DONE } from "./tools/done.ts";
import { cleanToolName } from "./tools/toolbox.ts";

const WRONG_DOCUMENT =
  "`document` must be an object with `sections`, each an object with `heading`, `level` and `blocks`, a list of strings. Call `done` again.";
/** After these ends of an answer, broken arguments were meant to be whole. */
const COMPLETE = new Set(["stop", "tool_calls"]);

/**
 * Asks for `done` with nothing else on offer. A model that does not call it is asked for plain text.
 * @throws EngineError `llm_failed` when the answer is blank, or twice a document of the wrong shape.
 */
export async function close(run: ReflectRun): Promise<DraftAnswer> {
  if (run.messages.at(-1)?.role !== "tool") return synthesize(run);
  const messages: ChatMessage[] = [
    ...run.messages,
    { role: "user", content: closingPrompt(run.question, run.tools.request.maxTokens) },
  ];
  for (let attempt = 1; ; attempt++) {
    const response = await askForDone(run, messages);
    const call = response?.toolCalls.find(({ name }) => cleanToolName(name) === DONE.name);
    if (!response || !call) return synthesize(run);
    const args = COMPLETE.has(response.finishReason)
      ? parseArgumentsLeniently(call.arguments)
      : parseArguments(call.arguments);
    const text = answerText(args);
    if (text !== undefined) {
      if (text.trim() === "")
        throw new EngineError("llm_failed", "The model called `done` without an answer.");
      return {
        text,
        memoryIds: readStrings(args.memory_ids),
        observationIds: readStrings(args.observation_ids),
      };
    }
    if (attempt === 2) throw new EngineError("llm_failed", "The model's `document` has the wrong shape.");
    messages.push(
      { role: "assistant", content: response.content, toolCalls: [call] },
      { role: "tool", toolCallId: call.id, content: JSON.stringify({ error: WRONG_DOCUMENT }) },
    );
  }
}

/** @returns `undefined` when the call failed. */
async function askForDone(run: ReflectRun, messages: ChatMessage[]): Promise<ChatResponse | undefined> {
  try {
    return await run.transcript.ask("closing_done", {
      messages,
      tools: [DONE],
      toolChoice: { name: DONE.name },
    });
  } catch (error) {
    if (error instanceof LlmError) return undefined;
    throw error;
  }
}

/** @returns `undefined` when a document was given that cannot be read. */
function answerText(args: Record<string, unknown>): string | undefined {
  const { answer, document } = args;
  if (document !== undefined && document !== null) return renderDocument(document);
  return typeof answer === "string" ? answer : "";
}
