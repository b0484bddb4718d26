import { inBatches } from "../remote/batches.ts";
import { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import type { EmbeddingSettings } from "../settings/embedding-settings.ts";
import { cutToTokens } from "../tokens/tokens.ts";
import type { Embedder, EmbeddingPurpose, EmbedOptions } from "./types.ts";
import { readVector, requireCount } from "./vectors.ts";

/** What sets one embeddings API apart from another. */
export interface EmbeddingService {
  readonly provider: string;
  /** Texts in one request. */
  readonly batchSize: number;
  /** Known without asking; undefined: found by embedding a word. */
  readonly dimension: number | undefined;
  /** Whether the API itself is told what a text is for; otherwise a prefix says it. */
  readonly takesPurpose?: boolean;
  /** Says whether the service is there, where it has a way of its own for that. */
  probe?(signal: AbortSignal | undefined): Promise<void>;
  /**
   * One vector for each text, in order, as the API gives them. Retries happen inside.
   * @throws ServiceError
   */
  request(texts: string[], purpose: EmbeddingPurpose, signal: AbortSignal): Promise<unknown[]>;
}

const PROBE = "test";

/** Embeds by a service over HTTP. */
export class RemoteEmbedder implements Embedder {
  readonly provider: string;
  readonly dimension: number;
  readonly #service: EmbeddingService;
  readonly #settings: EmbeddingSettings;
  readonly #concurrency: ConcurrencyLimit;

  private constructor(
    service: EmbeddingService,
    settings: EmbeddingSettings,
    concurrency: ConcurrencyLimit,
    dimension: number,
  ) {
    this.provider = service.provider;
    this.dimension = dimension;
    this.#service = service;
    this.#settings = settings;
    this.#concurrency = concurrency;
  }

  /** @throws ServiceError when the service cannot be reached. */
  static async connect(
    service: EmbeddingService,
    settings: EmbeddingSettings,
    signal?: AbortSignal,
  ): Promise<RemoteEmbedder> {
    const concurrency = new ConcurrencyLimit(settings.maxConcurrentRequests);
    await service.probe?.(signal);
    let { dimension } = service;
    if (dimension === undefined) {
      const request = (texts: string[], stop: AbortSignal) => service.request(texts, "passage", stop);
      const [vector] = await inBatches([PROBE], 1, concurrency, request, signal);
      dimension = readVector(vector, undefined).length;
    }
    return new RemoteEmbedder(service, settings, concurrency, dimension);
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    if (texts.length === 0) return [];
    const purpose = options.purpose ?? "passage";
    const inputs = await this.#prepare(texts, purpose);
    return inBatches(
      inputs,
      this.#service.batchSize,
      this.#concurrency,
      async (batch, signal) => {
        const vectors = await this.#service.request(batch, purpose, signal);
        requireCount(vectors, batch);
        return vectors.map((vector) => readVector(vector, this.dimension));
      },
      options.signal,
    );
  }

  async #prepare(texts: readonly string[], purpose: EmbeddingPurpose): Promise<string[]> {
    const { maxInputTokens, queryPrefix, passagePrefix } = this.#settings;
    const prefix = this.#service.takesPurpose ? "" : purpose === "query" ? queryPrefix : passagePrefix;
    const prepared: string[] = [];
    for (const text of texts) {
      prepared.push(
        prefix + (maxInputTokens === null ? text : await cutToTokens(text, maxInputTokens - prefix.length)),
      );
    }
    return prepared;
  }
}
