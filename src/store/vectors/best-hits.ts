import type { FactType } from "../fact-type.ts";
import { roundSimilarity } from "./rounding.ts";
import { dot, headOf, isZero, lengthOf, type VectorBlock } from "./vector-block.ts";
import type { VectorHit } from "./vector-store.ts";

/** Hits that are collected before those beyond the limit are let go: a multiple of the limit, and some more. */
const SLACK = 2;
const LEAST_SLACK = 100;
/** More than sums of rounded products can be off. */
const MARGIN = 1e-5;

/** Best first, ties by id; at the end those whose similarity is none. */
function byScoreAndId(a: { score: number; unitId: string }, b: { score: number; unitId: string }): number {
  const order = Number(Number.isNaN(a.score)) - Number(Number.isNaN(b.score)) || b.score - a.score;
  return order || (a.unitId < b.unitId ? -1 : 1);
}

/** The rows that are most similar to a vector, of many that are looked at; see `VectorHit.score` for vectors of zeros. */
export class BestHits {
  readonly #vector: Float32Array;
  readonly #limit: number;
  readonly #head: number;
  readonly #tail: number;
  readonly #isZero: boolean;
  /** What a hit must reach; it rises as better ones are found. */
  #floor: number;
  #hits: VectorHit[] = [];

  constructor(vector: Float32Array, limit: number, minSimilarity: number) {
    this.#vector = vector;
    this.#limit = limit;
    this.#floor = minSimilarity;
    this.#head = headOf(vector.length);
    this.#tail = lengthOf(vector, this.#head, vector.length);
    this.#isZero = isZero(vector, 0, vector.length);
  }

  look(block: VectorBlock, row: number, { unitId, factType }: { unitId: string; factType: FactType }): void {
    if (this.#isZero || block.isZero(row)) {
      this.#keep({ unitId, factType, score: Number.NaN });
      return;
    }
    const offset = row * this.#vector.length;
    const head = dot(this.#vector, block.vectors, offset, 0, this.#head);
    if (head + this.#tail * (block.tails[row] ?? 0) < this.#floor - MARGIN) return;
    const score = roundSimilarity(head + dot(this.#vector, block.vectors, offset, this.#head));
    if (score >= this.#floor) this.#keep({ unitId, factType, score });
  }

  #keep(hit: VectorHit): void {
    this.#hits.push(hit);
    if (this.#hits.length >= SLACK * this.#limit + LEAST_SLACK) this.#keepBest();
  }

  /** The best first, ties by id. */
  list(): VectorHit[] {
    this.#keepBest();
    return this.#hits;
  }

  #keepBest(): void {
    this.#hits.sort(byScoreAndId);
    this.#hits = this.#hits.slice(0, this.#limit);
    const worst = this.#hits.at(-1);
    if (worst && this.#hits.length === this.#limit && worst.score >= this.#floor) this.#floor = worst.score;
  }
}
