/** What the tools of a run returned, by kind: only that can be cited. */
import type { FoundPage } from "./tools/tool.ts";

export type EvidenceKind = "memories" | "observations" | "mentalModels";
const KINDS: readonly EvidenceKind[] = ["memories", "observations", "mentalModels"];

export class Evidence {
  /** The mental models that were found, as they first were; those that were read, whole. */
  readonly pages = new Map<string, FoundPage>();

  readonly #citable = emptySets();
  readonly #basis = emptySets();

  /** Whether anything was found at all. */
  get hasAny(): boolean {
    return KINDS.some((kind) => this.#citable[kind].size > 0);
  }

  /** @param isBasis whether the call used the tool's exact name: only then does its evidence show in `based_on`. */
  add(kind: EvidenceKind, ids: readonly string[], isBasis: boolean): void {
    for (const id of ids) {
      this.#citable[kind].add(id);
      if (isBasis) this.#basis[kind].add(id);
    }
  }

  /** @param isRead whether these are the whole texts. */
  addPages(pages: readonly FoundPage[], isRead: boolean): void {
    for (const page of pages) if (isRead || !this.pages.has(page.id)) this.pages.set(page.id, page);
  }

  /**
   * The ids of one kind that an answer rests on, in the order in which they were found: those that it cites, or all when it
   * cites none that was retrieved.
   */
  basis(kind: EvidenceKind, cited: readonly string[]): string[] {
    const valid = new Set(cited.filter((id) => this.#citable[kind].has(id)));
    const found = [...this.#basis[kind]];
    return valid.size > 0 ? found.filter((id) => valid.has(id)) : found;
  }
}

function emptySets(): Record<EvidenceKind, Set<string>> {
  return { memories: new Set(), observations: new Set(), mentalModels: new Set() };
}
