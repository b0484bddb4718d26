import type { ChatModel } from "../../llm/types.ts";
import type { BankAddress } from "../../store/address.ts";
import { ensureBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { ReflectAnswer, ReflectRequest } from "../types.ts";
import { Aliases } from "./aliases.ts";
import { basedOn } from "./citations.ts";
import { close } from "./closing.ts";
import { Evidence } from "./evidence.ts";
import { gather } from "./gather.ts";
import { questionText } from "./prompts/question.ts";
import { systemPrompt } from "./prompts/system.ts";
import type { ReflectRun } from "./run.ts";
import type { ReflectSettings } from "./settings.ts";
import { structuredOutput } from "./structured-output.ts";
import { shorten, synthesize } from "./synthesis.ts";
import { toolbox } from "./tools/toolbox.ts";
import { Transcript } from "./transcript.ts";

/** How long a reflect may take, in milliseconds. */
const TIME_LIMIT_MS = 300_000;

export interface ReflectOptions {
  /** The operation that the model calls are attributed to. */
  operationId?: string;
  /** Whose model settings count, where they are not those of reflect. */
  operation?: "mental_model_refresh";
  /** Ends the run when its caller is gone. */
  signal?: AbortSignal;
}

/**
 * Answers a question from a bank: the model searches in turns, then answers from what it found, and cites it. The bank is
 * made when there is none.
 * @throws EngineError `invalid_value` without a model, `unprocessable` tags, `llm_failed`, `timeout` after 300 s; the signal's reason.
 */
export async function reflect(
  context: EngineContext,
  address: BankAddress,
  request: ReflectRequest,
  settings: ReflectSettings,
  options: ReflectOptions = {},
): Promise<ReflectAnswer> {
  if (!context.reflectLlm) {
    throw new EngineError(
      "invalid_value",
      "Reflect requires an LLM provider; the server runs with provider `none`.",
    );
  }
  const timeout = AbortSignal.timeout(TIME_LIMIT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const run = await begin(context, context.reflectLlm, address, request, settings, { ...options, signal });
    return await answer(run);
  } catch (error) {
    if (timeout.aborted && !options.signal?.aborted) {
      throw new EngineError("timeout", `Reflect took longer than ${TIME_LIMIT_MS / 1_000} s.`, {
        cause: error,
      });
    }
    throw error;
  }
}

async function begin(
  context: EngineContext,
  llm: ChatModel,
  address: BankAddress,
  request: ReflectRequest,
  settings: ReflectSettings,
  options: ReflectOptions & { signal: AbortSignal },
): Promise<ReflectRun> {
  const bank = await ensureBank(context, address);
  const tags = await tagFilterOf(context.database, bank.bankKey, request);
  const system = systemPrompt({
    bankName: bank.name,
    mission: settings.mission,
    disposition: settings.disposition,
    budget: request.budget,
    now: context.clock.now(),
  });
  const question = questionText(request);
  const attribution = { ...address, operationId: options.operationId };
  return {
    tools: { context, address, bankKey: bank.bankKey, request, tags, settings, aliases: new Aliases() },
    toolbox: toolbox(request, settings),
    evidence: new Evidence(),
    transcript: new Transcript(llm, { attribution, operation: options.operation }, options.signal),
    system,
    question,
    messages: [
      { role: "system", content: system },
      { role: "user", content: question },
    ],
  };
}

async function answer(run: ReflectRun): Promise<ReflectAnswer> {
  const { request } = run.tools;
  const draft = (await gather(run)) === "close" ? await close(run) : await synthesize(run);
  const { text, document } = await shorten(run, draft);
  const structured = await structuredOutput(run, text);
  const { trace, usage } = run.transcript;
  return {
    text,
    document,
    basedOn: request.includeFacts ? await basedOn(run, draft) : null,
    ...structured,
    usage,
    trace: request.includeToolCalls
      ? {
          ...trace,
          toolCalls: trace.toolCalls.map((call) =>
            request.includeToolCalls?.output ? call : { ...call, output: null },
          ),
        }
      : null,
  };
}
