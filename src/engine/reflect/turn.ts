/** Runs the tool calls of one turn, and puts the turn and its results into the conversation. */
import type { ToolCall } from "../../llm/types.ts";
import type { ReflectRun } from "./run.ts";
import { ANSWER_READY } from "./tools/answer-ready.ts";
import { MAX_TOKENS, parseArguments } from "./tools/arguments.ts";
import { type ReflectTool, ToolArgumentError, type ToolOutcome } from "./tools/tool.ts";
import { cleanToolName } from "./tools/toolbox.ts";

/** A call with its name and arguments read. */
export interface ReadCall {
  call: ToolCall;
  /** The tool that is meant. */
  name: string;
  args: Record<string, unknown>;
}

/** Reads a turn's calls; ids that are empty or used before are replaced, since results are matched by them. */
export function readCalls(calls: readonly ToolCall[], run: ReflectRun, iteration: number): ReadCall[] {
  const used = new Set(
    run.messages.flatMap((message) => (message.role === "tool" ? message.toolCallId : [])),
  );
  return calls.map((call, index) => {
    const id = call.id === "" || used.has(call.id) ? `call_${iteration}_${index + 1}` : call.id;
    used.add(id);
    return { call: { ...call, id }, name: cleanToolName(call.name), args: parseArguments(call.arguments) };
  });
}

/** What came of a turn. */
export interface TurnOutcome {
  /** The names of the searches that returned. */
  searches: string[];
  /** Whether what was found need not be searched any deeper. */
  isEnough: boolean;
}

/**
 * @param refusal answers calls that are no tools of the search (`done`, `answer_ready`).
 */
export async function runTurn(
  run: ReflectRun,
  content: string | null,
  calls: readonly ReadCall[],
  iteration: number,
  refusal: string,
): Promise<TurnOutcome> {
  const most = await mostTokens(run, calls.length);
  // Side by side; what they return is shown in the order of the calls, which decides on the aliases.
  const results = await Promise.all(
    calls.map((call, index) => {
      // `answer_ready` is spoken once in a turn; each further one is taken for a search.
      const isRepeated =
        call.name === ANSWER_READY.name && calls.findIndex(({ name }) => name === call.name) < index;
      return runCall(run, call, iteration, refusal, most, isRepeated);
    }),
  );
  run.messages.push({ role: "assistant", content, toolCalls: calls.map(({ call }) => call) });
  const searches: string[] = [];
  let isEnough = false;
  results.forEach(({ tool, outcome, error }, index) => {
    const read = calls[index];
    if (!read) return;
    if (outcome) {
      const { kind, ids } = outcome.found;
      const isBasis = !outcome.isReading && read.call.name === tool?.definition.name;
      run.evidence.add(kind, ids, isBasis);
      run.evidence.addPages(outcome.pages ?? [], outcome.isReading === true);
      if (tool?.isSearch) searches.push(tool.definition.name);
    }
    const result = outcome ? outcome.show() : (error ?? {});
    if (tool) run.results.push({ tool: tool.definition.name, result });
    const guidance = run.tools.request.budget === "high" ? undefined : outcome?.guidance;
    isEnough ||= guidance !== undefined;
    const content = JSON.stringify({ ...result, guidance });
    run.messages.push({ role: "tool", toolCallId: read.call.id, content });
  });
  return { searches, isEnough };
}

/** What each of a turn's searches may bring: they share what is left of the context. */
async function mostTokens({ guard, messages }: ReflectRun, calls: number): Promise<number> {
  return Math.min(MAX_TOKENS, Math.floor((await guard.room(messages)) / Math.max(1, calls)));
}

interface CallResult {
  tool?: ReflectTool;
  outcome?: ToolOutcome;
  /** What the model is told in place of a result. */
  error?: Record<string, unknown>;
}

async function runCall(
  run: ReflectRun,
  read: ReadCall,
  iteration: number,
  refusal: string,
  most: number,
  isRepeated: boolean,
): Promise<CallResult> {
  const { name, args, call } = read;
  if (isRepeated) {
    await run.transcript.traceTool(
      { tool: call.name, input: { tool: call.name, ...args }, iteration },
      async () => ({ error: refusal }),
    );
  }
  if (name === "done" || name === "answer_ready") return { error: { error: refusal } };
  const tool = run.toolbox.byName.get(name);
  if (!tool) {
    const known = run.toolbox.definitions.map((definition) => definition.name).join(", ");
    return { error: { error: `There is no tool \`${name}\`. The tools are: ${known}.` } };
  }
  let outcome: ToolOutcome | undefined;
  const output = await run.transcript.traceTool(
    { tool: call.name, input: { tool: call.name, ...args }, iteration },
    async () => {
      try {
        outcome = await tool.run(run.tools, args, most);
        return outcome.raw;
      } catch (error) {
        if (!(error instanceof ToolArgumentError)) throw error;
        return { error: error.message, ...(error.details && { details: error.details }) };
      }
    },
  );
  return outcome ? { tool, outcome } : { tool, error: output };
}
