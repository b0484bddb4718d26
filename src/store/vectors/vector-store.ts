import type { FactType } from "../fact-type.ts";
import type { TagFilter } from "../tag-filter.ts";
import type { WriteWindow } from "../write-window.ts";
import type { DateWindow } from "./date-window.ts";
import type { VectorColumn } from "./vector-column.ts";

export interface VectorSearch {
  /** Of unit length. */
  vector: Float32Array;
  /** In the order of the answer. */
  factTypes: readonly FactType[];
  /** Hits per type. */
  limit: number;
  minSimilarity: number;
  tags?: TagFilter | undefined;
  /** Only units that happened or were told then. */
  window?: DateWindow | undefined;
  /** Only units that were written last then. */
  writes?: WriteWindow | undefined;
}

export interface VectorHit {
  unitId: string;
  factType: FactType;
  /**
   * Cosine similarity; NaN where one of the two vectors is all zeros. Such a hit passes every floor and comes last, as Postgres
   * has it: of a query without a direction all units are hits.
   */
  score: number;
}

/** A bank as a search needs it: its revision is read before the search, which then sees that revision or a later one. */
export interface SearchedBank {
  bankKey: string;
  revision: string;
  /** Of the last write that changed or removed a unit: since then units only came. */
  rewrittenAtRevision: string;
}

/** A unit whose nearest are looked for. */
interface NeighbourSeed {
  unitId: string;
  /** Among the units that were stored before this position only; null: among all. */
  beforePosition: number | null;
}

export interface NeighbourSearch {
  seeds: readonly NeighbourSeed[];
  /** Neighbours of each. */
  limit: number;
  minSimilarity: number;
}

/** A unit, and one of its nearest. */
export interface UnitNeighbour {
  unitId: string;
  neighbourId: string;
  /** Cosine similarity. */
  score: number;
}

/** Searches the vectors of a bank's memory units. What it answers does not depend on how it searches. */
export interface VectorStore {
  /** How vectors are written: see `encodeVector`. */
  readonly column: VectorColumn;
  /** For each type in turn the most similar units, ties by id. */
  search(bank: SearchedBank, search: VectorSearch): Promise<VectorHit[]>;
  /** The similarity of each of these units to the vector, as in `VectorHit`; units that are gone are missing. */
  similarities(
    bank: SearchedBank,
    vector: Float32Array,
    unitIds: readonly string[],
  ): Promise<Map<string, number>>;
  /**
   * For each unit in turn its nearest of the same type, itself among them where its own position counts, best first, ties by
   * id. Units that are gone are missing, and so are those whose vector is all zeros.
   */
  neighbours(bank: SearchedBank, search: NeighbourSearch): Promise<UnitNeighbour[]>;
}
