/** The call that asks for the answer. */
import { LlmError } from "../../llm/llm-error.ts";
import type { ChatMessage, ChatResponse } from "../../llm/types.ts";
import { EngineError } from "../errors.ts";
import { isNoDocument, type ReadDocument, readDocument } from "../mental-models/document/from-answer.ts";
import { renderDocument } from "../mental-models/document/structure.ts";
import { NoAnswerError } from "./no-answer.ts";
import { closingPrompt } from "./prompts/closing.ts";
import { type DraftAnswer, type ReflectRun, shownText } from "./run.ts";
import { synthesize } from "./synthesis.ts";
import { parseArguments, parseArgumentsLeniently, readList, UNREADABLE } from "./tools/arguments.ts";
import { DONE } from "./tools/done.ts";
import { cleanToolName } from "./tools/toolbox.ts";

const CALL_AGAIN = "Call `done` again, with arguments in the right shape.";
/** After these ends of an answer, broken arguments were meant to be whole. */
const COMPLETE = new Set(["stop", "tool_calls"]);

/**
 * Asks for `done` with nothing else on offer. A model that does not call it is asked for plain text.
 * @throws EngineError `llm_failed` when the answer is blank, or twice of the wrong shape.
 */
export async function close(run: ReflectRun): Promise<DraftAnswer> {
  if (run.messages.at(-1)?.role !== "tool" || run.guard.hasLeftOut) return synthesize(run);
  if (run.evidence.hasAny && (await run.guard.isFull(run.messages))) return synthesize(run);
  const messages: ChatMessage[] = [
    ...run.messages,
    { role: "user", content: closingPrompt(run.question, run.tools.request) },
  ];
  for (let attempt = 1; ; attempt++) {
    const response = await askForDone(run, messages);
    const call = response?.toolCalls.find(({ name }) => cleanToolName(name) === DONE);
    if (!response || !call) {
      // Prose in place of what was refused would be of no better shape.
      if (attempt > 1) throw wrongShape();
      return synthesize(run);
    }
    const args = COMPLETE.has(response.finishReason)
      ? parseArgumentsLeniently(call.arguments)
      : parseArguments(call.arguments);
    const answer = readAnswer(run, args);
    if (!("faults" in answer)) {
      const document = "document" in answer ? answer.document : null;
      const text = "text" in answer ? answer.text : renderDocument(answer.document).trim();
      if (text.trim() === "") throw new NoAnswerError("The model called `done` without an answer.");
      return {
        text,
        document,
        memoryIds: readCited(args.memory_ids),
        observationIds: readCited(args.observation_ids),
        mentalModelIds: readCited(args.mental_model_ids),
      };
    }
    if (attempt === 2) throw wrongShape();
    messages.push(
      { role: "assistant", content: response.content, toolCalls: [call] },
      {
        role: "tool",
        toolCallId: call.id,
        content: JSON.stringify({ error: answer.faults, hint: CALL_AGAIN }),
      },
    );
  }
}

function wrongShape(): EngineError {
  return new EngineError("llm_failed", "The arguments of the model's `done` cannot be read.");
}

/** @throws EngineError when something that holds others stands for an id. */
function readCited(ids: unknown): string[] {
  if (Array.isArray(ids) && ids.some((id) => typeof id === "object" && id !== null)) {
    throw new EngineError("llm_failed", "The model cited what is no id.");
  }
  return readList(ids);
}

/** @returns `undefined` when the call failed. */
async function askForDone(run: ReflectRun, messages: ChatMessage[]): Promise<ChatResponse | undefined> {
  try {
    return await run.transcript.ask("closing_done", {
      messages,
      tools: [run.toolbox.done],
      toolChoice: { name: DONE },
    });
  } catch (error) {
    if (error instanceof LlmError) return undefined;
    throw error;
  }
}

/** The answer with real ids; faults when the arguments, or the document in them, cannot be read. */
function readAnswer(run: ReflectRun, args: Record<string, unknown>): ReadDocument | { text: string } {
  const { answer, document } = args;
  if (UNREADABLE in args) return { faults: ["The arguments are no JSON object."] };
  const seen = shownText(run);
  const restore = (text: string) => run.tools.aliases.restore(text, seen);
  if (!isNoDocument(document)) return readDocument(document, restore);
  return { text: typeof answer === "string" ? restore(answer).trim() : "" };
}
