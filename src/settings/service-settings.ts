import { TestkitError } from "../errors/testkit-error.ts";
import { PREFIX, type SettingsReader } from "./environment.ts";

/** A service of models over HTTP: how it is reached, and what it is asked for. */
export interface ServiceSettings {
  apiKey?: string | undefined;
  /** Absent: the provider's default, as for everything else here. */
  model?: string | undefined;
  baseUrl?: string | undefined;
  /** Of the vectors, where the service can be asked for some. */
  dimensions?: number | undefined;
  /** Texts in one request. */
  batchSize?: number | undefined;
  /** Requests at once. */
  maxConcurrent?: number | undefined;
  /** How long one request may take, in milliseconds. */
  timeoutMs?: number | undefined;
}

/** How often a failed request is sent again; pauses double. */
export interface RetrySettings {
  retries: number;
  initialBackoffMs: number;
  maxBackoffMs: number;
  /** What failed attempts and pauses may take together. */
  budgetMs: number;
}

/** The names of a provider's variables. The first key that is set counts. */
export interface ServiceVariables {
  keys?: readonly string[];
  model?: string;
  baseUrl?: string;
  dimensions?: string;
  batchSize?: string;
  maxConcurrent?: string;
  timeout?: string;
}

export function readService(env: SettingsReader, names: ServiceVariables): ServiceSettings {
  const integer = (name: string | undefined) => name && env.integer(name, { min: 1 });
  return {
    apiKey: names.keys?.map((name) => env.text(name)).find((key) => key !== undefined),
    model: names.model && env.text(names.model),
    baseUrl: names.baseUrl && env.text(names.baseUrl),
    dimensions: integer(names.dimensions) || undefined,
    batchSize: integer(names.batchSize) || undefined,
    maxConcurrent: integer(names.maxConcurrent) || undefined,
    timeoutMs: (names.timeout && env.seconds(names.timeout)) || undefined,
  };
}

/** @param prefix `EMBEDDINGS` or `RERANKER`. */
export function readRetries(env: SettingsReader, prefix: string, defaults: RetrySettings): RetrySettings {
  return {
    retries: env.integer(`${prefix}_MAX_RETRIES`, { min: 0 }) ?? defaults.retries,
    initialBackoffMs: env.seconds(`${prefix}_INITIAL_BACKOFF`) ?? defaults.initialBackoffMs,
    maxBackoffMs: env.seconds(`${prefix}_MAX_BACKOFF`) ?? defaults.maxBackoffMs,
    budgetMs: env.seconds(`${prefix}_RETRY_BUDGET`) ?? defaults.budgetMs,
  };
}

/** @throws TestkitError `SERVICE_KEY_MISSING` */
export function requireServiceKey(key: string | undefined, whose: string): string {
  if (key) return key;
  throw new TestkitError("SERVICE_KEY_MISSING", { what: `The ${whose} has no API key.` });
}

/** @throws TestkitError `INVALID_OPTION`; the URL is not repeated, it may hold a key. */
export function requireServiceUrl(url: string | undefined, variable: string): string {
  if (url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new TestkitError("INVALID_OPTION", {
    what: `${PREFIX}${variable} must be a URL that starts with http:// or https://.`,
  });
}

/** What is thrown when a service cannot be used at the start. */
export function serviceUnreachable(whose: string, cause: Error): TestkitError {
  return new TestkitError("SERVICE_UNREACHABLE", {
    what: `The ${whose} did not answer at the start: ${cause.message}`,
    cause,
  });
}
