import type { Queryable } from "../../../store/database.ts";
import { type MemoryLink, nearestInTime, type TemporalNeighbour } from "../../../store/memory-links.ts";

/** However far apart two facts are, a link between them weighs this much. */
const MIN_WEIGHT = 0.3;
/** Neighbours on each side that a fact is linked to, and links that it keeps of all. */
const PER_SIDE = 20;
const PER_FACT = 20;
/** Facts of one write that lie closer together than this are linked in any case. */
const SAME_WRITE_HOURS = 24;
const HOUR_MS = 3_600_000;

/** The weight of a link between facts that lie so many hours apart: 1 at the same time, falling over a day. */
export function temporalWeight(hours: number): number {
  return Math.max(MIN_WEIGHT, 1 - hours / 24);
}

/** A stored fact with the date that it is sorted by. */
export interface DatedFact {
  unitId: string;
  factType: string;
  eventDate: Date | null;
}

/**
 * Links facts that were just stored to their nearest in time, of the same type. A fact's candidates are its nearest of all,
 * and the near ones of its own write a second time: as upstream has it, each counts before the heaviest are taken, so a fact
 * of a large write keeps fewer links than it could.
 */
export async function temporalLinks(
  tx: Queryable,
  bankKey: string,
  facts: readonly DatedFact[],
): Promise<MemoryLink[]> {
  const dated = facts.flatMap(({ unitId, factType, eventDate }) =>
    eventDate ? [{ unitId, factType, at: eventDate.getTime() }] : [],
  );
  if (dated.length === 0) return [];
  const nearest = await nearestInTime(
    tx,
    bankKey,
    dated.map(({ unitId }) => unitId),
    PER_SIDE,
  );
  const types = [...new Set(dated.map(({ factType }) => factType))];
  const close = types.flatMap((type) => closePairs(dated.filter(({ factType }) => factType === type)));
  const candidates = new Map<string, TemporalNeighbour[]>(dated.map(({ unitId }) => [unitId, []]));
  for (const candidate of [...nearest, ...close]) candidates.get(candidate.fromUnitId)?.push(candidate);
  return [...candidates.values()].flatMap(heaviestLinks);
}

function heaviestLinks(candidates: readonly TemporalNeighbour[]): MemoryLink[] {
  const heaviest = candidates.toSorted(compareByNearness).slice(0, PER_FACT);
  const targets = new Map(heaviest.map((candidate) => [candidate.toUnitId, candidate]));
  return [...targets.values()].map(({ fromUnitId, toUnitId, hours }) => ({
    fromUnitId,
    toUnitId,
    linkType: "temporal",
    weight: temporalWeight(hours),
  }));
}

function compareByNearness(a: TemporalNeighbour, b: TemporalNeighbour): number {
  return a.hours - b.hours || (a.toUnitId < b.toUnitId ? -1 : 1);
}

/** For each fact of a write the others of it that are near, no more than it can keep. */
function closePairs(dated: readonly { unitId: string; at: number }[]): TemporalNeighbour[] {
  const sorted = dated.toSorted((a, b) => a.at - b.at || (a.unitId < b.unitId ? -1 : 1));
  const pairs: TemporalNeighbour[] = [];
  for (const [index, fact] of sorted.entries()) {
    for (const step of [-1, 1]) {
      for (let distance = 1; distance <= PER_FACT; distance++) {
        const other = sorted[index + step * distance];
        const hours = other && Math.abs(other.at - fact.at) / HOUR_MS;
        if (!other || hours === undefined || hours > SAME_WRITE_HOURS) break;
        pairs.push({ fromUnitId: fact.unitId, toUnitId: other.unitId, hours });
      }
    }
  }
  return pairs;
}
