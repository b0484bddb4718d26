/** Embeddings APIs that take texts and give vectors by JSON, and differ in the names of things. */
import type { Attribute } from "../remote/attribution.ts";
import { requestJson } from "../remote/json-request.ts";
import { backoff, type RetryPolicy, withRetries } from "../remote/retry.ts";
import { ServiceError } from "../remote/service-error.ts";
import { isTransient } from "../remote/transient.ts";
import type { EmbeddingService } from "./remote-embedder.ts";
import type { EmbeddingPurpose } from "./types.ts";

const TIMEOUT_MS = 60_000;

/** What sets one of them apart. */
export interface JsonEmbeddingApi {
  model: string;
  baseUrl: string;
  batchSize: number;
  /** What is asked for where nothing is configured; absent: nothing, and the dimension is found by a request. */
  dimensions?: number;
  /** Whether requests say what a text is for. */
  takesPurpose: boolean;
  path(model: string): string;
  headers(apiKey: string): Record<string, string>;
  body(request: {
    model: string;
    texts: string[];
    purpose: EmbeddingPurpose;
    dimensions: number | undefined;
  }): unknown;
  /** The vectors in the order of the texts; undefined when the answer has none. */
  vectors(answer: unknown): unknown[] | undefined;
}

function bearer(apiKey: string): Record<string, string> {
  return apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
}

/** A member of an object, whatever it is. */
function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The lists of a list of objects, in the order of their `index` where they have one. */
function listed(value: unknown, name: string): unknown[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.map((entry: unknown, place) => {
    const index = member(entry, "index");
    return { index: typeof index === "number" ? index : place, vector: member(entry, name) };
  });
  return entries.sort((a, b) => a.index - b.index).map(({ vector }) => vector);
}

export const JSON_APIS: Readonly<Record<string, JsonEmbeddingApi>> = {
  cohere: {
    model: "embed-english-v3.0",
    baseUrl: "https://api.cohere.com",
    batchSize: 96,
    takesPurpose: true,
    path: () => "/v2/embed",
    headers: bearer,
    body: ({ model, texts, purpose, dimensions }) => ({
      model,
      texts,
      input_type: purpose === "query" ? "search_query" : "search_document",
      embedding_types: ["float"],
      ...(dimensions !== undefined && { output_dimension: dimensions }),
    }),
    vectors: (answer) => {
      const vectors = member(member(answer, "embeddings"), "float");
      return Array.isArray(vectors) ? vectors : undefined;
    },
  },
  zeroentropy: {
    model: "zembed-1",
    baseUrl: "https://api.zeroentropy.dev",
    batchSize: 100,
    dimensions: 1280,
    takesPurpose: true,
    path: () => "/v1/models/embed",
    headers: bearer,
    body: ({ model, texts, purpose, dimensions }) => ({
      model,
      input: texts,
      input_type: purpose === "query" ? "query" : "document",
      dimensions,
      encoding_format: "float",
    }),
    vectors: (answer) => listed(member(answer, "results"), "embedding"),
  },
  nvidia: {
    model: "nvidia/llama-nemotron-embed-vl-1b-v2",
    baseUrl: "https://integrate.api.nvidia.com/v1",
    batchSize: 100,
    dimensions: 1024,
    takesPurpose: true,
    path: () => "/embeddings",
    headers: bearer,
    body: ({ model, texts, purpose, dimensions }) => ({
      model,
      input: texts,
      input_type: purpose,
      dimensions,
      encoding_format: "float",
      truncate: "END",
    }),
    vectors: (answer) => listed(member(answer, "data"), "embedding"),
  },
  litellm: {
    model: "text-embedding-3-small",
    baseUrl: "http://localhost:4000",
    batchSize: 100,
    takesPurpose: false,
    path: () => "/embeddings",
    headers: bearer,
    body: ({ model, texts }) => ({ model, input: texts }),
    vectors: (answer) => listed(member(answer, "data"), "embedding"),
  },
  google: {
    model: "gemini-embedding-001",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    batchSize: 100,
    dimensions: 768,
    takesPurpose: true,
    path: (model) => `/models/${model}:batchEmbedContents`,
    headers: (apiKey) => ({ "x-goog-api-key": apiKey }),
    body: ({ model, texts, purpose, dimensions }) => ({
      requests: texts.map((text) => ({
        model: `models/${model}`,
        content: { parts: [{ text }] },
        taskType: purpose === "query" ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT",
        outputDimensionality: dimensions,
      })),
    }),
    vectors: (answer) => listed(member(answer, "embeddings"), "values"),
  },
};

export function jsonService(
  api: JsonEmbeddingApi,
  options: {
    provider: string;
    baseUrl: string;
    apiKey: string;
    model: string;
    batchSize: number;
    dimensions: number | undefined;
    attribute: Attribute;
    retryPolicy: RetryPolicy;
  },
): EmbeddingService {
  const { model, dimensions, retryPolicy } = options;
  const url = options.baseUrl.replace(/\/+$/, "") + api.path(model);
  return {
    provider: options.provider,
    batchSize: options.batchSize,
    dimension: dimensions,
    takesPurpose: api.takesPurpose,
    request: async (texts, purpose, signal) => {
      const request = {
        url,
        headers: { ...api.headers(options.apiKey), ...options.attribute("embedding") },
        body: api.body({ model, texts, purpose, dimensions }),
        timeoutMs: TIMEOUT_MS,
        signal,
      };
      const answer = await withRetries(
        () => requestJson(request),
        retryPolicy,
        (error, retry) => (isTransient(error) ? backoff(retryPolicy, retry) : undefined),
        signal,
      );
      const vectors = api.vectors(answer);
      if (vectors) return vectors;
      throw new ServiceError("answer", "The embeddings service's answer holds no list of vectors");
    },
  };
}
