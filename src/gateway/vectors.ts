/** Vectors as bytes: float32, little-endian, as OpenAI's API and our files have them. */

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

export function fromBase64(text: string): Float32Array {
  return fromBytes(Buffer.from(text, "base64"));
}
