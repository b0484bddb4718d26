/** Vectors as bytes: float32, little-endian, as OpenAI's API and our files have them. */
import type { Json } from "./json.ts";

const BYTES = 4;

export function toBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(vector.length * BYTES);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * BYTES);
  return bytes;
}

export function fromBytes(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, index) =>
    bytes.readFloatLE(index * BYTES),
  );
}

export function toBase64(vector: Float32Array): string {
  return toBytes(vector).toString("base64");
}

/** A vector as JSON has it, as numbers or as base64; `undefined` when it is none. */
export function readVector(value: Json | undefined): Float32Array | undefined {
  const vector =
    typeof value === "string"
      ? fromBase64(value)
      : Array.isArray(value)
        ? Float32Array.from(value, (number) => (typeof number === "number" ? number : Number.NaN))
        : undefined;
  return vector?.every(Number.isFinite) ? vector : undefined;
}

/** A vector as numbers. */
export function writeVector(value: Float32Array | number): number[] {
  return typeof value === "number" ? [value] : [...value];
}

function fromBase64(text: string): Float32Array {
  return fromBytes(Buffer.from(text, "base64"));
}
