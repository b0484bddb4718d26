import { ServiceError } from "./service-error.ts";
import { TimeLimitError, withTimeLimit } from "./time-limit.ts";

/** How much of an answer that is an error is told. */
const SHOWN_CHARACTERS = 500;

export interface JsonRequest {
  /** `GET` without a body. */
  body?: unknown;
  url: string;
  headers?: Record<string, string>;
  /** For all of it, to the last byte of the body. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * One attempt of a request whose answer is JSON.
 * @throws ServiceError; the signal's reason when it is aborted.
 */
export async function requestJson(request: JsonRequest): Promise<unknown> {
  const { response, text } = await exchange(request);
  const body = parse(text);
  if (!response.ok) {
    throw new ServiceError("status", `HTTP ${response.status}: ${text.slice(0, SHOWN_CHARACTERS)}`, {
      status: response.status,
      headers: response.headers,
      body,
    });
  }
  if (body === undefined) {
    throw new ServiceError("answer", `The answer is not JSON: ${text.slice(0, SHOWN_CHARACTERS)}`);
  }
  return body;
}

async function exchange(request: JsonRequest): Promise<{ response: Response; text: string }> {
  try {
    return await withTimeLimit(request.timeoutMs, request.signal, async (signal) => {
      const response = await fetch(request.url, {
        method: request.body === undefined ? "GET" : "POST",
        headers: {
          accept: "application/json",
          ...(request.body !== undefined && { "content-type": "application/json" }),
          ...request.headers,
        },
        signal,
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      });
      return { response, text: await response.text() };
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof TimeLimitError) throw new ServiceError("timeout", error.message);
    throw new ServiceError("connection", reasonOf(error), { cause: error });
  }
}

/** What fetch says (`fetch failed`, `terminated`), and why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
