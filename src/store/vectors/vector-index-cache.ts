import type { Database } from "../database.ts";
import { readVectors } from "./stored-vectors.ts";
import { VectorIndex } from "./vector-index.ts";
import type { SearchedBank } from "./vector-store.ts";

const DEFAULT_CACHE_BYTES = 256 * 1024 * 1024;

/** The vector indexes of the banks that were searched last, each checked against its bank's revision. */
export class VectorIndexCache {
  readonly #database: Database;
  readonly #dimension: number;
  readonly #maxBytes: number;
  /** The least recently used comes first. A promise, so that several who ask at once wait for one load. */
  readonly #indexes = new Map<string, Promise<VectorIndex>>();
  /** Of those that are loaded. */
  readonly #bytes = new Map<string, number>();

  constructor(database: Database, dimension: number, maxBytes = DEFAULT_CACHE_BYTES) {
    this.#database = database;
    this.#dimension = dimension;
    this.#maxBytes = maxBytes;
  }

  /** The bank's index at the revision that was read, or a later one. */
  get(bank: SearchedBank): Promise<VectorIndex> {
    const { bankKey } = bank;
    const before = this.#indexes.get(bankKey);
    const current = this.#bringUpToDate(before, bank);
    this.#indexes.delete(bankKey);
    this.#indexes.set(bankKey, current);
    current.then(
      (index) => {
        if (!this.#indexes.has(bankKey)) return;
        this.#bytes.set(bankKey, index.bytes);
        this.#evict();
      },
      () => {
        if (this.#indexes.get(bankKey) === current) this.#forget(bankKey);
      },
    );
    return current;
  }

  /** One after the other for each bank: an index is grown by one at a time. */
  async #bringUpToDate(
    before: Promise<VectorIndex> | undefined,
    { bankKey, revision, rewrittenAtRevision }: SearchedBank,
  ): Promise<VectorIndex> {
    const wanted = BigInt(revision);
    const known = await before?.catch(() => undefined);
    if (known && known.revision >= wanted) return known;
    let index = known ?? new VectorIndex(this.#dimension);
    let reached = wanted;
    await readVectors(
      this.#database,
      bankKey,
      (bank) => {
        reached = later(wanted, bank.revision);
        const rewritten = later(BigInt(rewrittenAtRevision), bank.rewrittenAtRevision);
        if (index.revision < rewritten) index = new VectorIndex(this.#dimension);
        return index.revision;
      },
      (vectors) => index.add(vectors),
    );
    index.revision = reached;
    return index;
  }

  #forget(bankKey: string): void {
    this.#indexes.delete(bankKey);
    this.#bytes.delete(bankKey);
  }

  #evict(): void {
    let bytes = 0;
    for (const own of this.#bytes.values()) bytes += own;
    // What was asked for last stays, however large: it would be loaded again for every search.
    for (const bankKey of [...this.#indexes.keys()].slice(0, -1)) {
      if (bytes <= this.#maxBytes) return;
      bytes -= this.#bytes.get(bankKey) ?? 0;
      this.#forget(bankKey);
    }
  }
}

function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
