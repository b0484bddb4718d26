import { LlmError } from "../../llm/llm-error.ts";
import { findBank } from "../../store/banks.ts";
import { findMentalModel } from "../../store/mental-models.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { modelNotFound } from "../mental-models/mental-models.ts";
import { requireQuery } from "../mental-models/source-query.ts";
import { ClaimLostError, OperationCancelledError, type OperationRun } from "../queue/execution.ts";
import { extractStructured } from "../reflect/structured-output.ts";
import { failureOf, type RefreshFailure, RefusedRefreshError } from "./failure.ts";
import { type RefreshRun, runRefresh } from "./run.ts";
import { storeFailure, storeRun } from "./store-run.ts";
import { toTrace } from "./trace.ts";

/**
 * Executes the refresh of a mental model.
 * @returns what its result_metadata says of it.
 */
export async function refreshMentalModel(
  context: EngineContext,
  operation: ClaimedOperation,
  run: OperationRun,
): Promise<Record<string, unknown>> {
  const { sandboxId, bankId, operationId, taskPayload } = operation;
  const { mental_model_id: id, _mode: mode } = taskPayload;
  if (typeof id !== "string") {
    throw new EngineError("invalid_value", `Operation ${operationId} has a payload that is not understood`);
  }
  const address = { sandboxId, bankId };
  const bank = await findBank(context.database, address);
  if (!bank) throw bankNotFound(bankId);
  const found = await findMentalModel(context.database, bank.bankKey, id);
  if (!found) throw modelNotFound(id);
  const model = requireQuery(found);
  const { signal } = run;
  const fail = async (failure: RefreshFailure, response: Record<string, unknown> | null): Promise<never> => {
    await storeFailure(context, { bankKey: bank.bankKey, mentalModelId: id }, failure, response, run);
    throw failure.error;
  };
  let refreshed: RefreshRun;
  try {
    const full = mode === "full" ? mode : undefined;
    refreshed = await runRefresh(context, address, model, { operationId, signal, mode: full });
  } catch (error) {
    const failure = isInterruption(error, signal) ? null : failureOf(error);
    if (!failure) throw error;
    return fail(failure, null);
  }
  await run.checkpoint();
  const response = toReflectResponse(refreshed, context.clock.now());
  const refusal = refusalOf(refreshed);
  if (refusal) return fail(refusal, refused(response, refusal));
  const structured = await structuredOutput(refreshed, { operationId, signal });
  if (structured && "error" in structured) {
    const failure = refusedAs(
      "structured_output_failed",
      "refresh_failed_structured_output",
      structured.error,
    );
    return fail(failure, refused(response, failure));
  }
  return storeRun(refreshed, { ...response, ...structured }, run);
}

/** Whether a run ended for a reason that lies outside of it. */
function isInterruption(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || error instanceof OperationCancelledError || error instanceof ClaimLostError;
}

function toReflectResponse(run: RefreshRun, now: Date): Record<string, unknown> {
  const { plan, findings } = run;
  return {
    text: findings.text,
    based_on: run.basedOn,
    mental_models: [],
    ...(!plan.hasSources && { reflect_skipped: "no_sources_in_scope" }),
    ...run.deltaReport,
    outcome: run.outcome,
    ...(plan.trigger.keep_trace && { trace: toTrace(run, now, { outputs: false }) }),
  };
}

function refused(response: Record<string, unknown>, { outcome, reason }: RefreshFailure) {
  return { ...response, outcome, refresh_skipped: reason };
}

function refusalOf({ outcome, fallbackReason }: RefreshRun): RefreshFailure | null {
  if (outcome === "refresh_failed_empty_candidate") {
    return refusedAs("empty_candidate", outcome, "the text came out empty");
  }
  if (outcome !== "refresh_failed_delta_not_applied") return null;
  const message = "the changes could not be made, and what is new is not all of the text";
  return refusedAs(fallbackReason ?? "delta_not_applied", outcome, message);
}

function refusedAs(reason: string, outcome: string, message: string): RefreshFailure {
  const error = new RefusedRefreshError(`The refresh was not stored: ${message}. The text is what it was.`);
  return { outcome, reason, message, pauses: true, error };
}

/** The text in the form that the trigger asks for; where it stays, that of before. Null: none is asked for. */
async function structuredOutput(
  { plan, outcome, written }: RefreshRun,
  { operationId, signal }: { operationId: string; signal: AbortSignal },
): Promise<{ structured_output: unknown } | { error: string } | null> {
  const { context, bank, model, trigger } = plan;
  if (outcome === "content_preserved_no_new_facts") {
    const before = model.reflectResponse?.structured_output;
    return before === undefined || before === null ? null : { structured_output: before };
  }
  if (!trigger.response_schema) return null;
  const text = written?.text ?? "";
  if (text.trim() === "") return { error: "the text is empty" };
  const { reflectLlm: llm } = context;
  if (!llm) return { error: "the LLM provider is none" };
  const attribution = { sandboxId: bank.sandboxId, bankId: bank.bankId, operationId };
  try {
    const { value } = await extractStructured(
      (call) => llm.complete({ ...call, scope: "reflect", step: "structured_output", attribution }, signal),
      {
        question: model.sourceQuery,
        text,
        responseSchema: trigger.response_schema,
        maxTokens: model.maxTokens,
      },
    );
    return { structured_output: value };
  } catch (error) {
    if (!(error instanceof LlmError)) throw error;
    return {
      error: `the text could not be put into the form of response_schema (${error.name}: ${error.message})`,
    };
  }
}
