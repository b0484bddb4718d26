import type { MemoryLink } from "../../../store/memory-links.ts";
import type { PreparedFact } from "../facts-to-store.ts";

/** The links from facts of one write to those of the same chunk that caused them; causes that were dropped are left out. */
export function causalLinks(facts: readonly { fact: PreparedFact; unitId: string }[]): MemoryLink[] {
  const idOf = new Map(facts.map(({ fact, unitId }) => [place(fact.chunkIndex, fact.factIndex), unitId]));
  return facts.flatMap(({ fact, unitId }) =>
    fact.causes.flatMap((cause): MemoryLink[] => {
      const toUnitId = idOf.get(place(fact.chunkIndex, cause));
      if (toUnitId === undefined || toUnitId === unitId) return [];
      return [{ fromUnitId: unitId, toUnitId, linkType: "caused_by", weight: 1 }];
    }),
  );
}

function place(chunkIndex: number, factIndex: number): string {
  return `${chunkIndex}/${factIndex}`;
}
