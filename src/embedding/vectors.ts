import { ServiceError } from "../remote/service-error.ts";

/**
 * A vector as a service gave it (a list of numbers, or base64 of little-endian float32), at unit length: only angles between
 * vectors are ever looked at, and the search takes their cosine for the product.
 * @throws ServiceError when it is neither, or has another dimension.
 */
export function readVector(given: unknown, dimension: number | undefined): Float32Array {
  const vector = typeof given === "string" ? fromBase64(given) : fromList(given);
  if (!vector || vector.length === 0 || !vector.every(Number.isFinite)) {
    throw new ServiceError("answer", "The embeddings service did not answer with vectors of numbers");
  }
  if (dimension !== undefined && vector.length !== dimension) {
    throw new ServiceError(
      "answer",
      `The embeddings service made a vector of ${vector.length} dimensions, and ${dimension} before`,
    );
  }
  return toUnitLength(vector);
}

/** @throws ServiceError when there is not one vector for each text. */
export function requireCount<T>(vectors: readonly T[], texts: readonly string[]): void {
  if (vectors.length === texts.length) return;
  throw new ServiceError(
    "answer",
    `The embeddings service made ${vectors.length} vectors for ${texts.length} texts`,
  );
}

function fromBase64(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % 4 !== 0) return undefined;
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

function fromList(given: unknown): Float32Array | undefined {
  if (!Array.isArray(given) || !given.every((value) => typeof value === "number")) return undefined;
  return Float32Array.from(given);
}

function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  // Of unit length as exactly as float32 can say: left as it is.
  if (squares === 0 || Math.abs(squares - 1) < 1e-6) return vector;
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}
