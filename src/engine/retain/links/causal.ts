import type { MemoryLink } from "../../../store/memory-links.ts";
import type { PreparedFact } from "../facts-to-store.ts";

/** Links facts to what caused them. A cause that was not stored, since it says nothing, is left out. */
export function causalLinks(facts: readonly PreparedFact[], unitIds: readonly string[]): MemoryLink[] {
  const idOf = new Map(facts.map((fact, index) => [`${fact.chunkIndex} ${fact.factIndex}`, unitIds[index]]));
  return facts.flatMap((fact, index) =>
    fact.causes.flatMap((cause): MemoryLink[] => {
      const fromUnitId = unitIds[index];
      const toUnitId = idOf.get(`${fact.chunkIndex} ${cause}`);
      if (fromUnitId === undefined || toUnitId === undefined) return [];
      return [{ fromUnitId, toUnitId, linkType: "caused_by", weight: 1 }];
    }),
  );
}
