import type { Queryable } from "../../../store/database.ts";
import type { MemoryLink } from "../../../store/memory-links.ts";
import { nearestInTime } from "../../../store/memory-links.ts";

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
  eventDate: Date | null;
}

/** Links facts that were just stored to their nearest in time, the heaviest first. */
export async function temporalLinks(
  tx: Queryable,
  bankKey: string,
  facts: readonly DatedFact[],
): Promise<MemoryLink[]> {
  const dated = facts.flatMap(({ unitId, eventDate }) =>
    eventDate ? [{ unitId, at: eventDate.getTime() }] : [],
  );
  if (dated.length === 0) return [];
  const nearest = await nearestInTime(
    tx,
    bankKey,
    dated.map(({ unitId }) => unitId),
    PER_SIDE,
  );
  const hoursTo = new Map<string, Map<string, number>>(dated.map(({ unitId }) => [unitId, new Map()]));
  for (const { fromUnitId, toUnitId, hours } of nearest) hoursTo.get(fromUnitId)?.set(toUnitId, hours);
  for (const [from, to, hours] of closePairs(dated)) hoursTo.get(from)?.set(to, hours);
  return [...hoursTo].flatMap(([fromUnitId, targets]) =>
    [...targets]
      .sort(([a, hoursA], [b, hoursB]) => hoursA - hoursB || (a < b ? -1 : 1))
      .slice(0, PER_FACT)
      .map(
        ([toUnitId, hours]): MemoryLink => ({
          fromUnitId,
          toUnitId,
          linkType: "temporal",
          weight: temporalWeight(hours),
        }),
      ),
  );
}

/** For each fact of a write the others of it that are near, no more than it can keep. */
function closePairs(dated: readonly { unitId: string; at: number }[]): [string, string, number][] {
  const sorted = dated.toSorted((a, b) => a.at - b.at || (a.unitId < b.unitId ? -1 : 1));
  const pairs: [string, string, number][] = [];
  for (const [index, fact] of sorted.entries()) {
    for (const step of [-1, 1]) {
      for (let distance = 1; distance <= PER_FACT; distance++) {
        const other = sorted[index + step * distance];
        const hours = other && Math.abs(other.at - fact.at) / HOUR_MS;
        if (!other || hours === undefined || hours > SAME_WRITE_HOURS) break;
        pairs.push([fact.unitId, other.unitId, hours]);
      }
    }
  }
  return pairs;
}
