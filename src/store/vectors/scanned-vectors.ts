import type { Database } from "../database.ts";
import { VectorIndexCache } from "./vector-index-cache.ts";
import type {
  NeighbourSearch,
  SearchedBank,
  UnitNeighbour,
  VectorHit,
  VectorSearch,
  VectorStore,
} from "./vector-store.ts";

/** Searches exactly, in this process: it needs no extension of Postgres. */
export class ScannedVectors implements VectorStore {
  readonly column = "bytea";
  readonly #indexes: VectorIndexCache;

  constructor(database: Database, dimension: number) {
    this.#indexes = new VectorIndexCache(database, dimension);
  }

  async search(bank: SearchedBank, search: VectorSearch): Promise<VectorHit[]> {
    return (await this.#indexes.get(bank)).search(search);
  }

  async similarities(
    bank: SearchedBank,
    vector: Float32Array,
    unitIds: readonly string[],
  ): Promise<Map<string, number>> {
    return (await this.#indexes.get(bank)).similarities(vector, unitIds);
  }

  async neighbours(bank: SearchedBank, search: NeighbourSearch): Promise<UnitNeighbour[]> {
    return (await this.#indexes.get(bank)).neighbours(search);
  }
}
