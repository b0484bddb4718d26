import { type BankRow, beginBankRewrite, findBankForUpdate } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { lockDocumentTags, relabelDocument } from "../../store/documents.ts";
import { type LabelGroup, listLabelGroups, relabelUnits } from "../../store/unit-labels.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { readLabelGroups } from "../labels/label-groups.ts";
import { tagKeys, withTagKey } from "../labels/label-names.ts";
import { haveSameScopes } from "../observations/scopes.ts";
import { queueConsolidationOfChange } from "../queue/consolidation.ts";
import { documentEvent } from "../queue/document-events.ts";
import { removeObservationsOf } from "../removal/remove-units.ts";
import type { BankAddress, ObservationScopes } from "../types.ts";
import { documentNotFound } from "./read.ts";

/** What a caller changes on a document; what is absent stays. */
export interface DocumentChange {
  tags?: string[] | undefined;
  observationScopes?: ObservationScopes | undefined;
}

/**
 * Gives a document, and its live facts, other tags or observation scopes. Facts whose observations thereby belong elsewhere
 * lose them, and are consolidated again.
 * @throws EngineError `not_found`, also where the bank does not exist.
 */
export async function changeDocument(
  context: EngineContext,
  address: BankAddress,
  documentId: string,
  change: DocumentChange,
): Promise<void> {
  const { database, statsCache, clock } = context;
  const now = clock.now();
  const rewritten = await database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    const former = bank && (await lockDocumentTags(tx, bank.bankKey, documentId));
    if (!bank || !former) throw documentNotFound(documentId);
    await relabelDocument(tx, bank.bankKey, documentId, change, now);
    const moved = await relabelFacts(context, tx, bank, documentId, { change, former, now });
    const observationIds = await removeObservationsOf(tx, bank.bankKey, moved);
    if (moved.length === 0) return undefined;
    const event = documentEvent(documentId, "retag", now, { removedObservationIds: observationIds });
    await queueConsolidationOfChange(context, tx, bank, [event]);
    return observationIds.length > 0 ? bank : undefined;
  });
  if (rewritten) statsCache.drop(rewritten.bankKey);
}

/** @returns the facts whose observations belong elsewhere now. */
async function relabelFacts(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  documentId: string,
  { change, former, now }: { change: DocumentChange; former: readonly string[]; now: Date },
): Promise<string[]> {
  const tags = change.tags && !isSameSet(change.tags, former) ? change.tags : undefined;
  if (!tags && !change.observationScopes) return [];
  const labelKeys = tagKeys(readLabelGroups(resolveConfig(context.bankDefaults, bank.config).entity_labels));
  const groups = await listLabelGroups(tx, bank.bankKey, documentId);
  const changes = groups.map((from) => {
    const to: LabelGroup = {
      ...from,
      tags: tags ? withLabels(tags, withTagKey(from.tags, labelKeys)) : from.tags,
      scopes: change.observationScopes ?? (tags ? renamed(from.scopes, former, tags) : from.scopes),
    };
    const moves = !haveSameScopes(from, to);
    return { from, to, moves, touches: moves || tags !== undefined };
  });
  if (changes.length === 0) return [];
  const locked = await beginBankRewrite(tx, bank.bankKey);
  return relabelUnits(tx, bank.bankKey, documentId, changes, {
    now,
    revision: locked?.revision ?? bank.revision,
  });
}

/** The tags as they were sent, and the labels that are not among them. */
function withLabels(tags: readonly string[], labels: readonly string[]): string[] {
  return [...tags, ...new Set(labels.filter((label) => !tags.includes(label)))];
}

/** Scopes that name tags follow when exactly one tag was exchanged for another. */
function renamed(
  scopes: ObservationScopes | null,
  former: readonly string[],
  tags: readonly string[],
): ObservationScopes | null {
  if (!Array.isArray(scopes)) return scopes;
  const removed = new Set(former.filter((tag) => !tags.includes(tag)));
  const added = new Set(tags.filter((tag) => !former.includes(tag)));
  const [before] = removed;
  const [after] = added;
  if (removed.size !== 1 || added.size !== 1 || before === undefined || after === undefined) return scopes;
  return scopes.map((scope) => scope.map((tag) => (tag === before ? after : tag)));
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.every((tag) => b.includes(tag)) && b.every((tag) => a.includes(tag));
}
