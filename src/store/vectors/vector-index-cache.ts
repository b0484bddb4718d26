import type { Database } from "../database.ts";
import { VectorIndex } from "./vector-index.ts";
import type { SearchedBank } from "./vector-store.ts";

const DEFAULT_CACHE_BYTES = 256 * 1024 * 1024;

interface Entry {
  revision: bigint;
  index: Promise<VectorIndex>;
  /** 0 while it loads. */
  bytes: number;
}

/** The vector indexes of the banks that were searched last, each checked against its bank's revision. */
export class VectorIndexCache {
  readonly #database: Database;
  readonly #maxBytes: number;
  /** The least recently used comes first. */
  readonly #entries = new Map<string, Entry>();

  constructor(database: Database, maxBytes = DEFAULT_CACHE_BYTES) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  /**
   * The bank's index at `revision` or later; loaded once when several ask for it.
   * @param revision as it was read before this call: a write in between only makes the index newer than its label.
   */
  async get(bank: SearchedBank, dimension: number): Promise<VectorIndex> {
    const { bankKey } = bank;
    const revision = BigInt(bank.revision);
    let entry = this.#entries.get(bankKey);
    this.#entries.delete(bankKey);
    if (!entry || entry.revision < revision) entry = this.#load(bankKey, revision, dimension);
    this.#entries.set(bankKey, entry);
    return entry.index;
  }

  #load(bankKey: string, revision: bigint, dimension: number): Entry {
    const entry: Entry = {
      revision,
      index: VectorIndex.load(this.#database, bankKey, dimension),
      bytes: 0,
    };
    entry.index.then(
      (index) => {
        entry.bytes = index.bytes;
        this.#evict();
      },
      () => {
        if (this.#entries.get(bankKey) === entry) this.#entries.delete(bankKey);
      },
    );
    return entry;
  }

  #evict(): void {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.bytes;
    for (const [bankKey, entry] of this.#entries) {
      if (bytes <= this.#maxBytes) return;
      if (entry.bytes === 0) continue;
      this.#entries.delete(bankKey);
      bytes -= entry.bytes;
    }
  }
}
