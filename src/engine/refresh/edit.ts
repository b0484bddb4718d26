/** The text of a mental model, changed by what is new and by what is gone. */
import type { ChatMessage, ChatRequest } from "../../llm/types.ts";
import { countTokens } from "../../tokens/tokens.ts";
import { EngineError } from "../errors.ts";
import { type BasedOn, DIRECTIVES } from "../mental-models/based-on.ts";
import { renderDocument, type StructuredDocument } from "../mental-models/document/structure.ts";
import type { OperationLog } from "./delta/apply.ts";
import { requestOperations } from "./delta/request.ts";
import { OPERATIONS_SCHEMA } from "./delta/schema.ts";
import type { RefreshPlan } from "./plan.ts";
import { deltaMessages } from "./prompts/delta.ts";
import { retractionMessages } from "./prompts/retraction.ts";
import type { RefreshCaller } from "./read-memory.ts";
import type { Retraction } from "./retraction.ts";

/** What became of a document. */
export interface Edited extends OperationLog {
  document: StructuredDocument;
  /** How many operations the model asked for. */
  count: number;
}

/** Takes out what rests on withdrawn memories alone. @throws when the model cannot be asked, or replies nothing usable twice. */
export function takeOutWithdrawn(
  plan: RefreshPlan,
  caller: RefreshCaller,
  document: StructuredDocument,
  { retraction, found }: { retraction: Retraction; found: BasedOn },
): Promise<Edited> {
  const messages = retractionMessages({
    sourceQuery: plan.model.sourceQuery,
    document,
    withdrawn: retraction.withdrawn.map(({ text }) => text),
    holding: textsOf(found),
  });
  // That nothing rests on them is a good answer.
  return requestOperations(asking(plan, caller, { scope: "mental_model_retraction" }), messages, document, {
    directed: false,
    inJson: false,
  });
}

/** Works in what was found. @throws when the model cannot be asked, or replies nothing usable twice. */
export async function workInNews(
  plan: RefreshPlan,
  caller: RefreshCaller,
  document: StructuredDocument,
  found: BasedOn,
): Promise<Edited> {
  const { sourceQuery, maxTokens } = plan.model;
  const messages = deltaMessages({
    sourceQuery,
    document,
    directives: (found[DIRECTIVES] ?? []).map(({ text }) => text),
    facts: textsOf(found),
    tokens: { document: await documentTokens(renderDocument(document)), budget: maxTokens },
  });
  const ask = asking(plan, caller, {
    scope: "mental_model_delta",
    responseFormat: "json",
    responseSchema: OPERATIONS_SCHEMA,
  });
  return requestOperations(ask, messages, document, { directed: true, inJson: true });
}

export function documentTokens(text: string): Promise<number> {
  return countTokens(text);
}

function textsOf(found: BasedOn): string[] {
  return Object.entries(found).flatMap(([type, entries]) =>
    type === DIRECTIVES ? [] : entries.map(({ text }) => text),
  );
}

function asking(
  { context, bank }: RefreshPlan,
  { operationId, signal }: RefreshCaller,
  call: Pick<ChatRequest, "scope" | "responseFormat" | "responseSchema">,
): (messages: ChatMessage[]) => Promise<string> {
  const { model } = context.llmOperations.mental_model_refresh;
  if (!model) throw new EngineError("invalid_value", "The LLM provider of mental model refreshes is none");
  const attribution = { sandboxId: bank.sandboxId, bankId: bank.bankId, operationId };
  const { maxCompletionTokens } = context.settings.reflect;
  const limit = maxCompletionTokens === null ? {} : { maxTokens: maxCompletionTokens };
  return async (messages) => {
    const request = { ...call, ...limit, step: call.scope, messages, attribution };
    const { content } = await model.complete(request, signal);
    return content ?? "";
  };
}
