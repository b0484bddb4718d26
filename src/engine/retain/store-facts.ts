import type { Queryable } from "../../store/database.ts";
import { insertLinks } from "../../store/memory-links.ts";
import { insertUnits, type NewUnit } from "../../store/memory-units.ts";
import { queueRelinks } from "../../store/relink-queue.ts";
import { linkEntities } from "../entities/link.ts";
import { derivedUuid } from "../ids.ts";
import { chunkIdOf } from "./document-row.ts";
import type { DocumentDraft } from "./draft.ts";
import { labelTest } from "./labels/label-names.ts";
import { causalLinks } from "./links/causal.ts";
import { temporalLinks } from "./links/temporal.ts";
import type { RetainRun } from "./run.ts";

/**
 * Stores a draft's facts with their entities and their links in time and by cause. What they are linked to by meaning is
 * looked for when all can see them; until then they wait for it.
 *
 * @returns their ids, in the order of the facts.
 */
export async function storeFacts(
  run: RetainRun,
  tx: Queryable,
  draft: DocumentDraft,
  document: { documentId: string; revision: string; firstPosition: number; now: Date },
): Promise<string[]> {
  const { bankKey, bankId, idSeed } = run.bank;
  const { documentId, revision, firstPosition, now } = document;
  const units = draft.facts.map((fact, index): NewUnit => {
    const embedding = draft.vectors[index];
    if (!embedding) throw new Error("The embedder returned fewer vectors than texts");
    return {
      ...fact.unit,
      unitId: derivedUuid(idSeed, "unit", documentId, revision, fact.chunkIndex, fact.factIndex),
      documentId,
      chunkIndex: fact.chunkIndex,
      chunkId: chunkIdOf(bankId, documentId, fact.chunkIndex),
      embedding,
    };
  });
  const unitIds = units.map(({ unitId }) => unitId);
  await insertUnits(tx, bankKey, units, firstPosition, now, run.context.vectors.column);
  const mentions = units.map(({ unitId, eventDate }, index) => ({
    unitId,
    date: eventDate,
    mentions: draft.facts[index]?.mentions ?? [],
  }));
  await linkEntities(tx, run.bank, mentions, {
    settings: run.context.settings.retain,
    isLabel: labelTest(run.settings.labels),
    now,
  });
  const links = [...(await temporalLinks(tx, bankKey, units)), ...causalLinks(draft.facts, unitIds)];
  await insertLinks(tx, bankKey, links, now);
  await queueRelinks(tx, bankKey, unitIds, { fresh: true });
  return unitIds;
}
