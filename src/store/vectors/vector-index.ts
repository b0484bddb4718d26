import type { Database } from "../database.ts";
import { matchesTags } from "../tag-filter.ts";
import { roundSimilarity } from "./rounding.ts";
import type { VectorHit, VectorSearch } from "./vector-store.ts";

const ROWS_PER_BLOCK = 2_000;
/** What a row takes beside its vector: id, type, tags. An estimate, for the cache's limit. */
const ROW_OVERHEAD_BYTES = 300;

interface IndexedUnit {
  unitId: string;
  factType: string;
  tags: string[];
}

/** Rows in the order of their positions, with their vectors one behind the other. */
interface Block {
  units: IndexedUnit[];
  vectors: Float32Array;
}

/** The vectors of one bank, at one revision, searched exactly. */
export class VectorIndex {
  readonly #blocks: Block[];
  readonly bytes: number;

  private constructor(blocks: Block[]) {
    this.#blocks = blocks;
    this.bytes = blocks.reduce(
      (sum, { units, vectors }) => sum + vectors.byteLength + units.length * ROW_OVERHEAD_BYTES,
      0,
    );
  }

  /** Reads the bank's vectors, a block at a time. */
  static async load(database: Database, bankKey: string, dimension: number): Promise<VectorIndex> {
    const blocks: Block[] = [];
    let after = "-1";
    for (;;) {
      const { rows } = await database.query<IndexedUnit & { position: string; embedding: Buffer }>(
        `SELECT unit_id AS "unitId", fact_type AS "factType", tags, position, embedding FROM memory_units
         WHERE bank_key = $1 AND position > $2 ORDER BY position LIMIT $3`,
        [bankKey, after, ROWS_PER_BLOCK],
      );
      const last = rows.at(-1);
      if (!last) break;
      const vectors = new Float32Array(rows.length * dimension);
      const bytes = new Uint8Array(vectors.buffer);
      rows.forEach(({ unitId, embedding }, row) => {
        if (embedding.length !== dimension * 4) {
          throw new Error(
            `Memory unit ${unitId} has a vector of ${embedding.length / 4} dimensions, the embedding provider makes ${dimension}`,
          );
        }
        bytes.set(embedding, row * dimension * 4);
      });
      blocks.push({ units: rows.map(({ unitId, factType, tags }) => ({ unitId, factType, tags })), vectors });
      after = last.position;
      if (rows.length < ROWS_PER_BLOCK) break;
    }
    return new VectorIndex(blocks);
  }

  /** For each type in turn the most similar units, ties by id. The vectors are of unit length. */
  search(search: VectorSearch): VectorHit[] {
    const hits = new Map<string, VectorHit[]>(search.factTypes.map((type) => [type, []]));
    for (const { units, vectors } of this.#blocks) {
      units.forEach(({ unitId, factType, tags }, row) => {
        const ofType = hits.get(factType);
        if (!ofType || (search.tags && !matchesTags(search.tags, tags))) return;
        const score = roundSimilarity(dot(search.vector, vectors, row * search.vector.length));
        if (score >= search.minSimilarity) ofType.push({ unitId, score });
      });
    }
    return [...hits.values()].flatMap((ofType) =>
      ofType.sort((a, b) => b.score - a.score || (a.unitId < b.unitId ? -1 : 1)).slice(0, search.limit),
    );
  }

  /** The similarity of each of these units to the vector. */
  similarities(vector: Float32Array, unitIds: readonly string[]): Map<string, number> {
    const wanted = new Set(unitIds);
    const similarities = new Map<string, number>();
    for (const { units, vectors } of this.#blocks) {
      units.forEach(({ unitId }, row) => {
        if (wanted.has(unitId))
          similarities.set(unitId, roundSimilarity(dot(vector, vectors, row * vector.length)));
      });
    }
    return similarities;
  }
}

function dot(vector: Float32Array, rows: Float32Array, offset: number): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] ?? 0) * (rows[offset + i] ?? 0);
  return sum;
}
