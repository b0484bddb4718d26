/** Turns texts into vectors of a fixed dimension. */
export interface Embedder {
  readonly provider: string;
  readonly dimension: number;
  /** One unit-length vector per text, in order. */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
}
