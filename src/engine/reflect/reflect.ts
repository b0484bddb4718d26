import type { ChatModel, ChatRequest } from "../../llm/types.ts";
import type { BankAddress } from "../../store/address.ts";
import { hasMentalModels } from "../../store/mental-models.ts";
import { ensureBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { ReflectAnswer, ReflectRequest } from "../types.ts";
import { Aliases } from "./aliases.ts";
import { basedOn } from "./citations.ts";
import { close } from "./closing.ts";
import { ContextGuard } from "./context-guard.ts";
import { directivesFor } from "./directives.ts";
import { Evidence } from "./evidence.ts";
import { gather } from "./gather.ts";
import { openingText, questionText } from "./prompts/question.ts";
import { systemPrompt } from "./prompts/system.ts";
import type { ReflectRun } from "./run.ts";
import type { ReflectSettings } from "./settings.ts";
import { structuredOutput } from "./structured-output.ts";
import { shorten, synthesize } from "./synthesis.ts";
import { toolbox } from "./tools/toolbox.ts";
import { Transcript } from "./transcript.ts";

export interface ReflectOptions {
  /** The operation that the model calls are attributed to. */
  operationId?: string;
  /** Whose model and settings answer, where it is not reflect's own. */
  operation?: ChatRequest["operation"];
  /** Ends the run when its caller is gone. */
  signal?: AbortSignal;
}

/**
 * Answers a question from a bank: the model searches in turns, then answers from what it found, and cites it. The bank is
 * made when there is none.
 * @throws EngineError `invalid_value` without a model, `unprocessable` tags, `llm_failed`, `timeout` when it takes too long (300 s); the signal's reason.
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
  const { timeoutMs } = context.settings.reflect;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const run = await begin(context, context.reflectLlm, address, request, settings, { ...options, signal });
    return await answer(run);
  } catch (error) {
    if (timeout.aborted && !options.signal?.aborted) {
      throw new EngineError("timeout", `Reflect took longer than ${timeoutMs / 1_000} s.`, {
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
  const { bankKey } = bank;
  const [directives, hasPages] = await Promise.all([
    directivesFor(context.database, bankKey, tags, request.applyAllDirectives === true),
    hasMentalModels(context.database, bankKey),
  ]);
  const tools = toolbox(request, settings, {
    hasDirectives: directives.length > 0,
    hasMentalModels: hasPages,
  });
  const system = systemPrompt({
    bankName: bank.name,
    mission: settings.mission,
    disposition: settings.disposition,
    directives,
    offered: tools.definitions.map(({ name }) => name),
    budget: request.budget,
    now: context.clock.now(),
  });
  const question = questionText(request);
  const { signal } = options;
  const { reflect: limits, retain } = context.settings;
  return {
    tools: { context, address, bankKey, request, tags, settings, aliases: new Aliases(), signal },
    toolbox: tools,
    settings: limits,
    evidence: new Evidence(),
    transcript: new Transcript(llm, {
      attribution: { ...address, operationId: options.operationId },
      signal,
      operation: options.operation,
      maxCompletionTokens: limits.maxCompletionTokens,
    }),
    guard: new ContextGuard(limits.maxContextTokens, tools.definitions),
    directives,
    system,
    question,
    messages: [
      { role: "system", content: system },
      { role: "user", content: openingText(question, settings.mission, retain.outputLanguage) },
    ],
    results: [],
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
