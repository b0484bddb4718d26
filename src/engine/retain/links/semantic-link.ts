import type { MemoryLink } from "../../../store/memory-links.ts";

/** A link between facts that are so similar. Rounding can make the similarity of two equal vectors more than 1. */
export function semanticLink(fromUnitId: string, toUnitId: string, score: number): MemoryLink {
  return { fromUnitId, toUnitId, linkType: "semantic", weight: Math.min(1, Math.max(0, score)) };
}
