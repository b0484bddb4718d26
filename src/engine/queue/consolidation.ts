import { type BankRow, lockBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { announceOperations } from "../../store/operation-queue.ts";
import {
  addRefreshTags,
  appendDocumentEvents,
  insertOperations,
  lockJoinable,
} from "../../store/operations.ts";
import { requireBank } from "../banks/banks.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import type { BankAddress } from "../types.ts";
import type { DocumentEvent } from "./document-events.ts";
import { newOperationIds } from "./operation-ids.ts";

export interface ConsolidationRequest {
  now: Date;
  /** Only facts that carry all tags of one of these are looked at. Such a request never joins another. */
  observationScopes?: string[][] | undefined;
  /** Whether a caller asked for it by itself. */
  callerRequested?: boolean;
  /** What made it necessary; noted in its metadata, where a document's history is read from. */
  events?: readonly DocumentEvent[];
  /** Tags of what earlier rounds have consolidated: what follows them is left to it. */
  refreshTags?: readonly string[];
  /** The rounds before it, one after another, after which as many facts waited as before. */
  fruitlessRounds?: number;
}

/**
 * Queues a consolidation of the bank in the caller's transaction. One that is not limited to scopes joins one that waits,
 * never one that runs: what was written since that began is not seen by it.
 */
export async function queueConsolidation(
  tx: Queryable,
  bank: BankRow,
  request: ConsolidationRequest,
): Promise<{ operationId: string; deduplicated: boolean }> {
  const { now, observationScopes, callerRequested = false } = request;
  const { events = [], refreshTags = [], fruitlessRounds = 0 } = request;
  // Two requests at once must not both find that none waits.
  await lockBank(tx, bank.bankKey);
  // Also when it joins one: a worker that looked while the row was locked has to look again.
  await announceOperations(tx, bank.sandboxId);
  if (!observationScopes) {
    const waiting = await lockJoinable(tx, bank.bankKey, "consolidation", { unscoped: true });
    if (waiting) {
      await appendDocumentEvents(tx, bank.bankKey, waiting.operationId, events);
      await addRefreshTags(tx, bank.bankKey, waiting.operationId, refreshTags);
      return { operationId: waiting.operationId, deduplicated: true };
    }
  }
  const [operationId = ""] = await newOperationIds(tx, bank, [
    ["consolidation", observationScopes ?? null, callerRequested],
  ]);
  const operation = {
    operationId,
    parentId: null,
    operationType: "consolidation",
    // One at a time in a bank.
    serializationKey: "",
    resultMetadata: events.length > 0 ? { document_events: events } : {},
    taskPayload: {
      type: "consolidation",
      operation_id: operationId,
      bank_id: bank.bankId,
      ...(observationScopes && { observation_scopes: observationScopes }),
      ...(callerRequested && { caller_requested: true }),
      ...(refreshTags.length > 0 && { pending_refresh_tags: refreshTags }),
      ...(fruitlessRounds > 0 && { fruitless_rounds: fruitlessRounds }),
    },
  };
  await insertOperations(tx, bank.bankKey, [operation], now);
  return { operationId, deduplicated: false };
}

/** Queues a consolidation that a caller asks for. @throws EngineError `bank_not_found` */
export async function requestConsolidation(
  context: EngineContext,
  address: BankAddress,
  observationScopes: string[][] | undefined,
): Promise<{ operationId: string; deduplicated: boolean }> {
  const bank = await requireBank(context, address);
  const now = context.clock.now();
  return context.database.transaction((tx) =>
    queueConsolidation(tx, bank, { now, observationScopes, callerRequested: true }),
  );
}

/**
 * Queues a consolidation after a write, where the bank wants that: with observations and their automatic consolidation on,
 * and a model to ask. Call it in the transaction of the write.
 */
export async function queueAutomaticConsolidation(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
): Promise<void> {
  const config = resolveConfig(context.bankDefaults, bank.config);
  if (context.llm === null || !config.enable_observations || !config.enable_auto_consolidation) return;
  await queueConsolidation(tx, bank, { now: context.clock.now() });
}

/**
 * Queues a consolidation after a change of what is stored: with the automatic consolidation on, also where the bank makes no
 * observations or has no model, which the consolidation then finds out. Call it in the transaction of the change.
 */
export async function queueConsolidationOfChange(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  events: readonly DocumentEvent[] = [],
): Promise<void> {
  if (!resolveConfig(context.bankDefaults, bank.config).enable_auto_consolidation) return;
  await queueConsolidation(tx, bank, { now: context.clock.now(), events });
}
