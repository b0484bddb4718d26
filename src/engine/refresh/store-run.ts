/** Stores what a refresh has brought, or how it failed. */
import { keepBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { addMentalModelHistory } from "../../store/mental-model-history.ts";
import { completeRefresh, noteFailedRefresh } from "../../store/mental-model-refreshes.ts";
import { lockMentalModel, type MentalModelRow } from "../../store/mental-models.ts";
import type { EngineContext } from "../context.ts";
import { embedMentalModel } from "../mental-models/embedding.ts";
import { modelNotFound } from "../mental-models/mental-models.ts";
import type { OperationRun } from "../queue/execution.ts";
import { codePointLength } from "../retain/code-points.ts";
import { sanitizeText, sanitizeValue } from "../sanitize.ts";
import type { RefreshFailure } from "./failure.ts";
import type { RefreshRun } from "./run.ts";

/** @returns what the operation's metadata says of it. @throws EngineError `not_found` when the mental model is gone; ClaimLostError */
export async function storeRun(
  run: RefreshRun,
  reflectResponse: Record<string, unknown>,
  operation: OperationRun,
): Promise<Record<string, unknown>> {
  const { plan, written } = run;
  const { context, bank, model } = plan;
  const now = context.clock.now();
  const text = written && sanitizeText(written.text);
  const metadata = metadataOf(run, text ?? model.content);
  for (let { name } = model; ; ) {
    const content = written &&
      text !== null && {
        text,
        structure: sanitizeValue(written.document),
        embedding: await embedMentalModel(context, { name, content: text }),
      };
    const current = await context.database.transaction(async (tx) => {
      const locked = await lockModel(tx, bank.bankKey, model.mentalModelId);
      // The vector must be of what is stored beside it.
      if (content && locked.name !== name) return locked;
      await completeRefresh(
        tx,
        bank.bankKey,
        model.mentalModelId,
        {
          reflectResponse: toStored(reflectResponse),
          answeredQuery: model.sourceQuery,
          content: content || null,
          seen: seenBy(run),
          isFull: run.effectiveMode === "full",
        },
        now,
      );
      if (content) {
        const entry = { previous_content: locked.content, previous_reflect_response: slim(locked) };
        await addMentalModelHistory(tx, bank.bankKey, model.mentalModelId, { entry, failed: false }, now);
      }
      await operation.note(metadata, tx);
      return undefined;
    });
    if (!current) return metadata;
    name = current.name;
  }
}

/** @param reflectResponse null where there was none to speak of. @throws ClaimLostError */
export async function storeFailure(
  { database, clock }: EngineContext,
  model: { bankKey: string; mentalModelId: string },
  { outcome, reason, message, pauses }: RefreshFailure,
  reflectResponse: Record<string, unknown> | null,
  operation: OperationRun,
): Promise<void> {
  const { bankKey, mentalModelId } = model;
  const now = clock.now();
  const entry = {
    kind: "refresh_failed",
    outcome,
    failure_reason: reason,
    error_message: sanitizeText(message),
    previous_content: null,
    previous_reflect_response: null,
  };
  await database.transaction(async (tx) => {
    await lockModel(tx, bankKey, mentalModelId);
    const failure = { reflectResponse: reflectResponse && toStored(reflectResponse), pauses };
    await noteFailedRefresh(tx, bankKey, mentalModelId, failure, now);
    await addMentalModelHistory(tx, bankKey, mentalModelId, { entry, failed: true }, now);
    await operation.note({ outcome, failure_reason: reason }, tx);
  });
}

async function lockModel(tx: Queryable, bankKey: string, id: string): Promise<MentalModelRow> {
  // What deletes the bank locks it before its rows.
  await keepBank(tx, bankKey);
  const model = await lockMentalModel(tx, bankKey, id);
  if (!model) throw modelNotFound(id);
  return model;
}

/** Of an answer that is replaced, what tells of its text. */
function slim({ reflectResponse }: MentalModelRow): Record<string, unknown> | null {
  if (!reflectResponse) return null;
  const kept = Object.entries(reflectResponse).filter(([key]) => key === "based_on" || key === "trace");
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

function seenBy({ plan }: RefreshRun): { at: Date | null; revision: string } | null {
  if (plan.watermark) return plan.watermark;
  // With nothing ever seen, what was written before this refresh is no news after it.
  return plan.model.lastMemorySeenAt === null ? { at: null, revision: plan.writes.until } : null;
}

function metadataOf(run: RefreshRun, content: string): Record<string, unknown> {
  const { basedOn, operations } = run;
  return {
    content_len: codePointLength(content),
    populated_content: content.trim() !== "",
    based_on_counts: Object.fromEntries(Object.entries(basedOn).map(([type, { length }]) => [type, length])),
    delta_ops_applied: operations?.applied.length ?? 0,
    delta_ops_skipped: operations?.skipped.length ?? 0,
    outcome: run.outcome,
    failure_reason: null,
  };
}

function toStored(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, sanitizeValue(part)]));
}
