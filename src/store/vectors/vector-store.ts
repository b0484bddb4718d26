import type { TagFilter } from "../tag-filter.ts";
import type { VectorColumn } from "./vector-column.ts";

export interface VectorSearch {
  /** Of unit length. */
  vector: Float32Array;
  /** In the order of the answer. */
  factTypes: readonly string[];
  /** Hits per type. */
  limit: number;
  minSimilarity: number;
  tags?: TagFilter | undefined;
}

export interface VectorHit {
  unitId: string;
  /** Cosine similarity. */
  score: number;
}

/** A bank as a search needs it: its revision is read before the search, which then sees that revision or a later one. */
export interface SearchedBank {
  bankKey: string;
  revision: string;
}

/** Searches the vectors of a bank's memory units. What it answers does not depend on how it searches. */
export interface VectorStore {
  /** How vectors are written: see `encodeVector`. */
  readonly column: VectorColumn;
  /** For each type in turn the most similar units, ties by id. */
  search(bank: SearchedBank, search: VectorSearch): Promise<VectorHit[]>;
  /** The similarity of each of these units to the vector; units that are gone are missing. */
  similarities(
    bank: SearchedBank,
    vector: Float32Array,
    unitIds: readonly string[],
  ): Promise<Map<string, number>>;
}
