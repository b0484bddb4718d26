/** Vectors beside a cassette: as text they would be most of it, and nobody reads them. */
import { hash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isJsonObject, type Json } from "../json.ts";
import { fromBytes, toBytes } from "../vectors.ts";

const EXTENSION = ".f32";
const CASSETTE_EXTENSION = /\.jsonl$/;
/** What a vector file has behind its cassette's name. */
const NAMED = /^[0-9a-f]{16}\.f32$/;

/** Whether a file is called as the vectors of a cassette are. */
export function isVectorFile(path: string): boolean {
  return /[^/\\]\.[0-9a-f]{16}\.f32$/.test(path);
}

/** The file of the vectors that a cassette's header names. */
export function vectorPath(cassette: string, name: string): string {
  return `${cassette.replace(CASSETTE_EXTENSION, "")}.${name}${EXTENSION}`;
}

/** The vectors beside a cassette, those of earlier recordings among them. */
export async function vectorFiles(cassette: string): Promise<string[]> {
  const folder = dirname(cassette);
  const prefix = `${basename(cassette).replace(CASSETTE_EXTENSION, "")}.`;
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.startsWith(prefix) && NAMED.test(file.slice(prefix.length)))
    .map((file) => join(folder, file));
}

/** Removes the vectors of earlier recordings. */
export async function removeOtherVectors(cassette: string, name: string | undefined): Promise<void> {
  const kept = name === undefined ? undefined : vectorPath(cassette, name);
  const old = (await vectorFiles(cassette)).filter((file) => file !== kept);
  await Promise.all(old.map((file) => rm(file, { force: true })));
}

/** Where a vector is among those of a cassette, counted in numbers. */
interface Place {
  at: number;
  length: number;
}

export class VectorWriter {
  readonly #vectors: Float32Array[] = [];
  #length = 0;

  add(vector: Float32Array): { [field in keyof Place]: number } {
    const place = { at: this.#length, length: vector.length };
    this.#vectors.push(vector);
    this.#length += vector.length;
    return place;
  }

  /** The bytes of all, named by what they are; `undefined` when there are none. */
  end(): { name: string; bytes: Buffer } | undefined {
    if (this.#vectors.length === 0) return undefined;
    const bytes = Buffer.concat(this.#vectors.map(toBytes));
    return { name: nameOfVectors(bytes), bytes };
  }
}

/** What a file of these vectors is called. */
export function nameOfVectors(bytes: Buffer): string {
  return hash("sha256", bytes).slice(0, 16);
}

export class VectorReader {
  readonly #numbers: Float32Array;

  constructor(bytes: Buffer | undefined) {
    this.#numbers = bytes ? fromBytes(bytes) : new Float32Array();
  }

  /** `undefined` when it is not there. */
  read(place: Json | undefined): Float32Array | undefined {
    if (!isJsonObject(place)) return undefined;
    const { at, length } = place;
    if (typeof at !== "number" || typeof length !== "number" || at < 0 || length < 1) return undefined;
    const end = at + length;
    return end <= this.#numbers.length ? this.#numbers.slice(at, end) : undefined;
  }
}
