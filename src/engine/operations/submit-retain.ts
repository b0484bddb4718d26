import type { BankAddress } from "../../store/address.ts";
import { type BankRow, findBank, holdOrCreateBank } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { announceOperations } from "../../store/operation-queue.ts";
import { insertOperations, reserveOperationId } from "../../store/operations.ts";
import { type Batch, packByTokens } from "../../tokens/pack.ts";
import { checkBankId } from "../banks/bank-id.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { newIdSeed } from "../ids.ts";
import { newRetainIds } from "../queue/operation-ids.ts";
import { sanitizeItem, sanitizeText } from "../sanitize.ts";
import type { RetainItem } from "../types.ts";
import { toPayloadItem } from "./payload.ts";

export interface SubmittedRetain {
  /** One operation per strategy; none when there were no items. */
  operationIds: string[];
  /** Of the first request with this operation id, when it is a repetition. */
  itemsCount: number;
}

export interface SubmitOptions {
  /** Chosen by the caller; the same one again changes nothing and answers the same. */
  operationId?: string | undefined;
  /** What every item gets beside its own tags. */
  documentTags?: readonly string[];
}

/**
 * Queues a retain: an operation per strategy, with a child per batch of items. The bank is made with the first of them. They
 * are queued one strategy after the other: where one is refused, those before it stay.
 *
 * @throws EngineError `invalid_value`, or `conflict` when the id belongs to another operation.
 */
export async function submitRetain(
  context: EngineContext,
  address: BankAddress,
  given: readonly RetainItem[],
  options: SubmitOptions = {},
): Promise<SubmittedRetain> {
  const { operationId } = options;
  // The payload's jsonb takes no NUL and no lone surrogate either.
  const groups = groupByStrategy(given.map(sanitizeItem));
  if (operationId !== undefined && groups.length !== 1) {
    throw new EngineError("invalid_value", "operation_id needs items of exactly one strategy");
  }
  checkBankId(address.bankId);
  const submitted: SubmittedRetain = { operationIds: [], itemsCount: 0 };
  for (const group of groups) {
    const { operationIds, itemsCount } = await submitGroup(context, address, group, options);
    submitted.operationIds.push(...operationIds);
    submitted.itemsCount += itemsCount;
  }
  return submitted;
}

async function submitGroup(
  context: EngineContext,
  address: BankAddress,
  items: readonly RetainItem[],
  { operationId, documentTags = [] }: SubmitOptions,
): Promise<SubmittedRetain> {
  const { database, bankDefaults, clock, testMode, settings } = context;
  const bank = await findBank(database, address);
  checkAppends(items, resolveConfig(bankDefaults, bank?.config ?? {}).store_document_text === true);
  const batches = await packByTokens(items, ({ content }) => content, settings.retain.batchTokens);
  return database.transaction(async (tx) => {
    if (operationId !== undefined) {
      const known = await reserveOperationId(tx, address.sandboxId, operationId);
      if (known) return repetition(address, operationId, known);
    }
    checkDuplicates(items);
    const created = { now: clock.now(), idSeed: newIdSeed(context, address.bankId) };
    const target = await holdOrCreateBank(tx, address, created);
    const tags = documentTags.map(sanitizeText);
    const id = await insertBatches(tx, target, batches, { now: clock.now(), operationId, tags, testMode });
    await announceOperations(tx, address.sandboxId);
    return { operationIds: [id], itemsCount: items.length };
  });
}

/** The items of each strategy (none is one, too), in the order in which they first occur. */
export function groupByStrategy(items: readonly RetainItem[]): RetainItem[][] {
  const groups = new Map<string | undefined, RetainItem[]>();
  for (const item of items) {
    const group = groups.get(item.strategy);
    if (group) group.push(item);
    else groups.set(item.strategy, [item]);
  }
  return [...groups.values()];
}

/** @throws EngineError `invalid_value` when a document that is to be appended to has no id, or its text is not kept. */
export function checkAppends(items: readonly RetainItem[], storesText: boolean): void {
  const appends = items.filter((item) => item.updateMode === "append");
  if (appends.some((item) => item.documentId === undefined)) {
    throw new EngineError("invalid_value", "update_mode 'append' needs a document_id");
  }
  if (appends.length > 0 && !storesText) {
    throw new EngineError(
      "invalid_value",
      "update_mode 'append' needs store_document_text to be on for the bank",
    );
  }
}

function checkDuplicates(items: readonly RetainItem[]): void {
  const seen = new Set<string>();
  for (const id of documentIds(items)) {
    if (seen.has(id)) {
      throw new EngineError(
        "invalid_value",
        `document_id '${id}' occurs more than once; send such items synchronously, or as separate requests`,
      );
    }
    seen.add(id);
  }
}

function documentIds(items: readonly RetainItem[]): string[] {
  return items.flatMap((item) => item.documentId ?? []);
}

function repetition(
  address: BankAddress,
  operationId: string,
  known: { bankId: string; operationType: string; resultMetadata: Record<string, unknown> },
): SubmittedRetain {
  if (known.bankId !== address.bankId || known.operationType !== "batch_retain") {
    throw new EngineError("conflict", `operation_id '${operationId}' belongs to another operation`);
  }
  return { operationIds: [operationId], itemsCount: Number(known.resultMetadata.items_count) };
}

interface NewBatches {
  now: Date;
  /** The parent's, where a client chose it. */
  operationId: string | undefined;
  tags: string[];
  testMode: boolean;
}

async function insertBatches(
  tx: Queryable,
  bank: BankRow,
  batches: readonly Batch<RetainItem>[],
  { now, operationId: chosenId, tags, testMode }: NewBatches,
): Promise<string> {
  const items = batches.flatMap((batch) => batch.items);
  const strategy = items[0]?.strategy;
  const contents = batches.map((batch) => batch.items.map(toPayloadItem));
  const parentId =
    chosenId ?? (await newRetainIds(tx, bank, [["batch_retain", contents, ...tags]], testMode))[0] ?? "";
  const childIds = await newRetainIds(
    tx,
    bank,
    batches.map((_, index) => ["retain", parentId, index]),
    testMode,
  );
  const parent = {
    operationId: parentId,
    parentId: null,
    operationType: "batch_retain",
    taskPayload: null,
    serializationKey: null,
    resultMetadata: {
      ...counted(items),
      is_parent: true,
      num_sub_batches: batches.length,
      total_tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0),
    },
  };
  const children = batches.map((batch, index) => {
    const operationId = childIds[index] ?? "";
    const metadata = counted(batch.items);
    return {
      operationId,
      parentId,
      operationType: "retain",
      serializationKey: metadata.document_id ?? null,
      resultMetadata: {
        ...metadata,
        parent_operation_id: parentId,
        sub_batch_index: index + 1,
        total_sub_batches: batches.length,
      },
      taskPayload: {
        type: "batch_retain",
        operation_id: operationId,
        bank_id: bank.bankId,
        contents: contents[index] ?? [],
        ...(tags.length > 0 && { document_tags: tags }),
        ...(strategy && { strategy }),
      },
    };
  });
  await insertOperations(tx, bank.bankKey, [parent, ...children], now);
  return parentId;
}

/** The number of items, and the document's id when exactly one item names one. */
function counted(items: readonly RetainItem[]): { items_count: number; document_id?: string } {
  const [documentId, ...others] = documentIds(items);
  const single = documentId !== undefined && others.length === 0;
  return { items_count: items.length, ...(single && { document_id: documentId }) };
}
