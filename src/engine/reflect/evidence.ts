/** What the tools of a run returned, by kind: only that can be cited. */
export type EvidenceKind = "memories" | "observations";

export class Evidence {
  readonly #citable: Record<EvidenceKind, Set<string>> = { memories: new Set(), observations: new Set() };
  readonly #basis: Record<EvidenceKind, Set<string>> = { memories: new Set(), observations: new Set() };

  /** @param isBasis whether the call used the tool's exact name: only then does its evidence show in `based_on`. */
  add(kind: EvidenceKind, ids: readonly string[], isBasis: boolean): void {
    for (const id of ids) {
      this.#citable[kind].add(id);
      if (isBasis) this.#basis[kind].add(id);
    }
  }

  /**
   * The ids that an answer rests on, in the order in which they were found: of each kind those that it cites, or all when it
   * cites none that was retrieved.
   */
  basis(cited: Record<EvidenceKind, readonly string[]>): string[] {
    const kinds: EvidenceKind[] = ["memories", "observations"];
    return kinds.flatMap((kind) => {
      const valid = new Set(cited[kind].filter((id) => this.#citable[kind].has(id)));
      const found = [...this.#basis[kind]];
      return valid.size > 0 ? found.filter((id) => valid.has(id)) : found;
    });
  }
}
