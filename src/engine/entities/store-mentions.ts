import type { Queryable } from "../../store/database.ts";
import {
  type Cooccurrence,
  countCooccurrences,
  countMentions,
  type EntityMentions,
  insertEntities,
  insertUnitEntities,
} from "../../store/entities.ts";
import type { ResolvedMention, ResolvedMentions } from "./resolve.ts";

/** Stores what facts of a write mention: new entities, whom they are mentioned by, how often, and with whom. */
export async function storeMentions(
  tx: Queryable,
  bankKey: string,
  { mentions, created }: ResolvedMentions,
  now: Date,
): Promise<void> {
  await insertEntities(tx, bankKey, created);
  await insertUnitEntities(tx, bankKey, mentions);
  await countMentions(tx, bankKey, countsOf(mentions));
  await countCooccurrences(tx, bankKey, cooccurrencesOf(mentions, now));
}

function countsOf(mentions: readonly ResolvedMention[]): EntityMentions[] {
  const counts = new Map<string, EntityMentions>();
  for (const { entityId, seenAt } of mentions) {
    const known = counts.get(entityId);
    if (!known) {
      counts.set(entityId, { entityId, count: 1, lastSeen: seenAt });
      continue;
    }
    known.count += 1;
    known.lastSeen = later(known.lastSeen, seenAt);
  }
  return [...counts.values()];
}

/** The pairs of entities that a fact mentions; of several facts of a pair the latest dates it. */
function cooccurrencesOf(mentions: readonly ResolvedMention[], now: Date): Cooccurrence[] {
  const units = new Map<string, { date: Date | null; entityIds: Set<string> }>();
  for (const { unitId, entityId, date } of mentions) {
    const unit = units.get(unitId);
    if (unit) unit.entityIds.add(entityId);
    else units.set(unitId, { date, entityIds: new Set([entityId]) });
  }
  const pairs = new Map<string, { entityId: string; otherId: string; date: Date | null }>();
  for (const { date, entityIds } of units.values()) {
    const ids = [...entityIds].sort();
    for (const [index, entityId] of ids.entries()) {
      for (const otherId of ids.slice(index + 1)) {
        const key = `${entityId} ${otherId}`;
        pairs.set(key, { entityId, otherId, date: later(pairs.get(key)?.date ?? null, date) });
      }
    }
  }
  return [...pairs.values()].map((pair) => ({ ...pair, date: pair.date ?? now }));
}

function later(one: Date | null, other: Date | null): Date | null {
  if (!one || !other) return one ?? other;
  return one > other ? one : other;
}
