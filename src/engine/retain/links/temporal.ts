import type { Queryable } from "../../../store/database.ts";
import { type MemoryLink, nearestInTime, type TemporalNeighbour } from "../../../store/memory-links.ts";
import { groupBy } from "../../group-by.ts";

/** However far apart two facts are, a link between them weighs this much. */
const MIN_WEIGHT = 0.3;
/** Links from one fact, and the facts on either side of it that are looked at. */
const LINKS_PER_FACT = 20;
/** Facts of one write that lie no further apart are linked both ways. */
const WINDOW_HOURS = 24;
const HOUR_MS = 3_600_000;

/** The weight of a link between facts that lie so many hours apart: 1 at the same time, falling over a day. */
function temporalWeight(hours: number): number {
  return Math.max(MIN_WEIGHT, 1 - hours / WINDOW_HOURS);
}

export function temporalLink({ fromUnitId, toUnitId, hours }: TemporalNeighbour): MemoryLink {
  return { fromUnitId, toUnitId, linkType: "temporal", weight: temporalWeight(hours) };
}

/** For each of the facts that has a date so many that lie nearest, of the same type, on whichever side. */
export async function neighboursInTime(
  tx: Queryable,
  bankKey: string,
  unitIds: readonly string[],
  limit: number,
): Promise<TemporalNeighbour[]> {
  const neighbours = groupBy(
    await nearestInTime(tx, bankKey, unitIds, limit),
    ({ fromUnitId }) => fromUnitId,
  );
  return [...neighbours.values()].flatMap((ofFact) => ofFact.slice(0, limit));
}

/** A fact of one write. */
export interface DatedFact {
  unitId: string;
  factType: string;
  eventDate: Date | null;
}

/**
 * The links from the facts of one write, which are stored already, to those that lie nearest in time: its neighbours among all
 * facts of the bank, and once more those of the same write. What is found twice counts twice among the heaviest that are kept.
 */
export async function temporalLinks(
  tx: Queryable,
  bankKey: string,
  facts: readonly DatedFact[],
): Promise<MemoryLink[]> {
  const dated = facts.filter(({ eventDate }) => eventDate !== null);
  if (dated.length === 0) return [];
  const ids = dated.map(({ unitId }) => unitId);
  const neighbours = await neighboursInTime(tx, bankKey, ids, LINKS_PER_FACT);
  const links = groupBy(
    [...neighbours, ...pairsInWrite(dated)].map(temporalLink),
    ({ fromUnitId }) => fromUnitId,
  );
  return [...links.values()].flatMap((ofFact) =>
    ofFact.sort((a, b) => b.weight - a.weight).slice(0, LINKS_PER_FACT),
  );
}

/** The pairs of facts of one type that lie within the window, both ways; of each fact with its nearest only. */
function* pairsInWrite(facts: readonly DatedFact[]): Generator<TemporalNeighbour> {
  const byType = groupBy(facts, ({ factType }) => factType);
  for (const ofType of byType.values()) {
    const ordered = ofType.toSorted((a, b) => timeOf(a) - timeOf(b));
    for (const [index, fact] of ordered.entries()) {
      for (const later of ordered.slice(index + 1, index + 1 + LINKS_PER_FACT)) {
        const hours = (timeOf(later) - timeOf(fact)) / HOUR_MS;
        if (hours > WINDOW_HOURS) break;
        yield { fromUnitId: fact.unitId, toUnitId: later.unitId, hours };
        yield { fromUnitId: later.unitId, toUnitId: fact.unitId, hours };
      }
    }
  }
}

function timeOf({ eventDate }: DatedFact): number {
  return eventDate?.getTime() ?? 0;
}
