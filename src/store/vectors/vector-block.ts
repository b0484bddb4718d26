import type { FactType } from "../fact-type.ts";
import type { UnitTimes } from "./date-window.ts";

/** What a search asks of a unit beside its vector. */
export interface IndexedUnit extends UnitTimes {
  unitId: string;
  factType: FactType;
  tags: string[];
  /** Its place in the order in which the bank's units were stored. */
  position: number;
  /** The bank's revision that wrote it last. */
  revision: number;
}

const SMALLEST = 8;

/** Rows with their vectors one behind the other. It takes rows up to its limit, and grows with them. */
export class VectorBlock {
  readonly units: IndexedUnit[] = [];
  vectors: Float32Array;
  /** The length of each row's vector without its head: see `headOf`. */
  tails: Float32Array;
  readonly #zeros = new Set<number>();
  readonly #dimension: number;
  readonly #limit: number;

  constructor(dimension: number, limit: number) {
    this.#dimension = dimension;
    this.#limit = limit;
    this.vectors = new Float32Array(SMALLEST * dimension);
    this.tails = new Float32Array(SMALLEST);
  }

  get isFull(): boolean {
    return this.units.length === this.#limit;
  }

  /** @param embedding float32, little-endian. @returns the row's number. */
  add(unit: IndexedUnit, embedding: Buffer): number {
    const row = this.units.length;
    if (row === this.tails.length) this.#enlarge();
    const start = row * this.#dimension;
    new Uint8Array(this.vectors.buffer).set(embedding, start * 4);
    this.units.push(unit);
    const end = start + this.#dimension;
    this.tails[row] = lengthOf(this.vectors, start + headOf(this.#dimension), end);
    if (isZero(this.vectors, start, end)) this.#zeros.add(row);
    return row;
  }

  vector(row: number): Float32Array {
    return this.vectors.subarray(row * this.#dimension, (row + 1) * this.#dimension);
  }

  /** Whether a row's vector is all zeros: it has no direction to compare. */
  isZero(row: number): boolean {
    return this.#zeros.size > 0 && this.#zeros.has(row);
  }

  #enlarge(): void {
    const rows = Math.min(2 * this.tails.length, this.#limit);
    const vectors = new Float32Array(rows * this.#dimension);
    vectors.set(this.vectors);
    this.vectors = vectors;
    const tails = new Float32Array(rows);
    tails.set(this.tails);
    this.tails = tails;
  }
}

/**
 * How many of a vector's numbers are its head. Two vectors can be no more similar than their heads are, and the product of
 * their tails' lengths: most pairs need not be looked at further.
 */
export function headOf(dimension: number): number {
  return Math.ceil(dimension / 3);
}

export function lengthOf(numbers: Float32Array, from: number, until: number): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum += (numbers[i] ?? 0) ** 2;
  return Math.sqrt(sum);
}

export function isZero(numbers: Float32Array, from: number, until: number): boolean {
  for (let i = from; i < until; i++) if (numbers[i] !== 0) return false;
  return true;
}

/** The product of a vector's numbers `from`–`until` with those of the row that begins at `offset`. */
export function dot(
  vector: Float32Array,
  rows: Float32Array,
  offset: number,
  from = 0,
  until = vector.length,
): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum += (vector[i] ?? 0) * (rows[offset + i] ?? 0);
  return sum;
}
