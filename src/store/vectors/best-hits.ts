import type { FactType } from "../fact-type.ts";
import { roundSimilarity } from "./rounding.ts";
import { dot, headOf, lengthOf, type VectorBlock } from "./vector-block.ts";
import type { VectorHit } from "./vector-store.ts";

/** Hits that are collected before those beyond the limit are let go: a multiple of the limit, and some more. */
const SLACK = 2;
const LEAST_SLACK = 100;
/** More than sums of rounded products can be off. */
const MARGIN = 1e-5;

/** The rows that are most similar to a vector, of many that are looked at. */
export class BestHits {
  readonly #vector: Float32Array;
  readonly #limit: number;
  readonly #head: number;
  readonly #tail: number;
  /** What a hit must reach; it rises as better ones are found. */
  #floor: number;
  #hits: VectorHit[] = [];

  constructor(vector: Float32Array, limit: number, minSimilarity: number) {
    this.#vector = vector;
    this.#limit = limit;
    this.#floor = minSimilarity;
    this.#head = headOf(vector.length);
    this.#tail = lengthOf(vector, this.#head, vector.length);
  }

  look(block: VectorBlock, row: number, { unitId, factType }: { unitId: string; factType: FactType }): void {
    const offset = row * this.#vector.length;
    const head = dot(this.#vector, block.vectors, offset, 0, this.#head);
    if (head + this.#tail * (block.tails[row] ?? 0) < this.#floor - MARGIN) return;
    const score = roundSimilarity(head + dot(this.#vector, block.vectors, offset, this.#head));
    if (!(score >= this.#floor)) return;
    this.#hits.push({ unitId, factType, score });
    if (this.#hits.length >= SLACK * this.#limit + LEAST_SLACK) this.#keepBest();
  }

  /** The best first, ties by id. */
  list(): VectorHit[] {
    this.#keepBest();
    return this.#hits;
  }

  #keepBest(): void {
    this.#hits.sort((a, b) => b.score - a.score || (a.unitId < b.unitId ? -1 : 1));
    this.#hits = this.#hits.slice(0, this.#limit);
    const worst = this.#hits.at(-1);
    if (worst && this.#hits.length === this.#limit) this.#floor = worst.score;
  }
}
