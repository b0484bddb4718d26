/** The turns in which the model searches, until it says that it has enough. */
import { LlmError } from "../../llm/llm-error.ts";
import type { ChatResponse } from "../../llm/types.ts";
import { EngineError } from "../errors.ts";
import type { Budget } from "../types.ts";
import type { ReflectRun } from "./run.ts";
import { saysNotFound } from "./tools/done.ts";
import type { ReflectTool } from "./tools/tool.ts";
import { type ReadCall, readCalls, runTurn } from "./turn.ts";

/** Of the iterations that the server is configured with. The last one makes no agent turn. */
const ITERATIONS: Record<Budget, number> = { low: 0.5, mid: 1, high: 2 };
const QUOTED_REPLY_LENGTH = 500;

const SEARCH_FIRST = "Search first: nothing has been looked up yet.";
const RECALL_FIRST = "Do not give up yet: search the facts with `recall` first.";
const AFTER_OTHERS = "The other calls of this turn were run. Call this alone, when their results are enough.";

/** How the answer is to be asked for. */
export type GatherEnd = "close" | "synthesize";

/** What the guards of the loop remember from turn to turn. */
interface LoopState {
  forced: ReflectTool[];
  /** Whether the facts are to be searched still, after the model gave up without them: every turn is for that until it has. */
  isExtra: boolean;
  /** Whether a search of the facts was asked for, whatever came of it. */
  hasAskedFacts: boolean;
  /** Whether any turn has brought a tool call. */
  anyCall: boolean;
  searches: Set<string>;
  previousFailed: boolean;
  askedAgain: boolean;
  notFoundRefused: boolean;
}

/** @throws EngineError `llm_failed` when the model cannot be used. */
export async function gather(run: ReflectRun): Promise<GatherEnd> {
  const state: LoopState = {
    forced: [...run.toolbox.forced],
    isExtra: false,
    hasAskedFacts: false,
    anyCall: false,
    searches: new Set(),
    previousFailed: false,
    askedAgain: false,
    notFoundRefused: false,
  };
  const share = ITERATIONS[run.tools.request.budget];
  const lastTurn = Math.max(1, Math.floor(run.settings.maxIterations * share)) - 1;
  for (let iteration = 1; iteration <= lastTurn; iteration++) {
    if (await isOver(run, state)) return "synthesize";
    const response = await askTurn(run, state, iteration);
    if (response === "overflow") return "synthesize";
    if (response === "failed") continue;
    const isForced = state.forced.length > 0;
    if (response.toolCalls.length === 0) {
      if (!state.anyCall) throw noToolCall(run, response, iteration);
      if (!isForced || state.isExtra || state.askedAgain) return "close";
      state.askedAgain = true;
      continue;
    }
    state.anyCall = true;
    if (!state.isExtra) state.forced.shift();
    const calls = readCalls(response.toolCalls, run, iteration);
    const step = decide(run, state, calls, iteration === lastTurn);
    if (step.end) return "close";
    if (step.dropped) continue;
    const { searches, isEnough } = await runTurn(run, response.content, step.calls, iteration, step.refusal);
    for (const name of searches) state.searches.add(name);
    if (step.calls.some(({ name }) => name === "recall")) {
      state.hasAskedFacts = true;
      if (state.isExtra) state.forced = [];
      state.isExtra = false;
    }
    if (isEnough && !state.isExtra) state.forced = [];
  }
  return "close";
}

/**
 * Whether the conversation has grown too long to go on. The searches that come first are made in any case, with older results
 * left out; then there is nothing but the answer to be had from it.
 */
async function isOver({ guard, messages, evidence }: ReflectRun, state: LoopState): Promise<boolean> {
  if (state.forced.length > 0 && !state.isExtra) {
    await guard.makeRoom(messages);
    return false;
  }
  return guard.hasLeftOut || (evidence.hasAny && (await guard.isFull(messages)));
}

/** @returns `failed`: the iteration is lost; `overflow`: the conversation no longer fits the model. */
async function askTurn(
  run: ReflectRun,
  state: LoopState,
  iteration: number,
): Promise<ChatResponse | "failed" | "overflow"> {
  const [forced] = state.forced;
  try {
    const response = await run.transcript.askTurn(`agent_${iteration}`, {
      messages: run.messages,
      tools: run.toolbox.definitions,
      toolChoice: forced ? { name: forced.definition.name } : "required",
    });
    state.previousFailed = false;
    return response;
  } catch (error) {
    if (!(error instanceof LlmError)) throw error;
    if (error.isContextOverflow) return "overflow";
    if (state.previousFailed) throw new EngineError("llm_failed", error.message, { cause: error });
    state.previousFailed = true;
    return "failed";
  }
}

interface Decision {
  /** The search is over; the turn stays out of the conversation. */
  end: boolean;
  /** The turn is passed over without a word. */
  dropped: boolean;
  /** What of the turn is run: of one that is refused nothing but what is refused. */
  calls: readonly ReadCall[];
  /** What `done` and `answer_ready` are answered then. */
  refusal: string;
}

/** What is done with a turn's calls. */
function decide(
  run: ReflectRun,
  state: LoopState,
  calls: readonly ReadCall[],
  isLastTurn: boolean,
): Decision {
  const stop =
    calls.find(({ name }) => name === "done") ??
    (calls.length === 1 && calls[0]?.name === "answer_ready" ? calls[0] : undefined);
  if (!stop) return { end: false, dropped: false, calls, refusal: AFTER_OTHERS };
  if (state.searches.size === 0 && !isLastTurn) {
    return { end: false, dropped: false, calls: [stop], refusal: SEARCH_FIRST };
  }
  const recall = run.toolbox.forced.find(({ definition }) => definition.name === "recall");
  if (recall && !state.hasAskedFacts && !state.notFoundRefused && saysNotFound(stop.args) && !isLastTurn) {
    state.notFoundRefused = true;
    state.forced = [recall];
    state.isExtra = true;
    return { end: false, dropped: stop.name === "answer_ready", calls: [stop], refusal: RECALL_FIRST };
  }
  return { end: true, dropped: false, calls: [], refusal: "" };
}

function noToolCall(
  run: ReflectRun,
  { content, finishReason }: ChatResponse,
  iteration: number,
): EngineError {
  const reply = (content ?? "").slice(0, QUOTED_REPLY_LENGTH);
  return new EngineError(
    "llm_failed",
    `Reflect requires a tool-calling model: ${run.transcript.modelName} made no tool call in iteration ${iteration} (tool_choice=required, finish_reason=${finishReason || "none"}). It replied: ${reply || "(nothing)"}`,
  );
}
