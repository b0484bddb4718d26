/** What a text is embedded for. Some models tell a question from the texts that may answer it. */
export type EmbeddingPurpose = "query" | "passage";

export interface EmbedOptions {
  /** `passage` by default: a text that is stored. */
  purpose?: EmbeddingPurpose;
  signal?: AbortSignal | undefined;
}

/** Turns texts into vectors of a fixed dimension. */
export interface Embedder {
  readonly provider: string;
  readonly dimension: number;
  /**
   * One vector per text, in order: of unit length, or all zeros, which is similar to nothing.
   * @throws ServiceError when a service failed for good.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}
