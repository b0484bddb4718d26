import { parseJson } from "../parse-json.ts";
import { httpClient } from "./http-client.ts";
import { ServiceError } from "./service-error.ts";
import { TimeLimitError, withTimeLimit } from "./time-limit.ts";

/** How much is told of an answer that is an error: of what it says, and of one that says nothing in particular. */
const MESSAGE_LENGTH = 10_000;
const SHOWN_CHARACTERS = 500;

export interface JsonRequest {
  url: string;
  /** Absent: a `GET`. */
  body?: unknown;
  headers?: Record<string, string>;
  /** For all of it, to the last byte of the body. Absent: whoever calls sees to it. */
  timeoutMs?: number | undefined;
  /** 10 000 by default. */
  connectTimeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * One attempt of a request whose answer is JSON.
 * @throws ServiceError; the signal's reason when it is aborted.
 */
export async function requestJson(request: JsonRequest): Promise<unknown> {
  const { response, text } = await exchange(request);
  const body = parseJson(text);
  if (!response.ok) {
    throw new ServiceError(
      "status",
      `HTTP ${response.status}: ${messageIn(body) ?? text.slice(0, SHOWN_CHARACTERS)}`,
      {
        status: response.status,
        headers: response.headers,
        body,
      },
    );
  }
  if (body === undefined) {
    throw new ServiceError("answer", `The answer is not JSON: ${text.slice(0, SHOWN_CHARACTERS)}`);
  }
  return body;
}

async function exchange(request: JsonRequest): Promise<{ response: Response; text: string }> {
  const { timeoutMs, signal } = request;
  try {
    return timeoutMs === undefined
      ? await send(request, signal)
      : await withTimeLimit(timeoutMs, signal, (limited) => send(request, limited));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TimeLimitError) throw new ServiceError("timeout", error.message);
    throw new ServiceError("connection", reasonOf(error), { cause: error });
  }
}

async function send(
  { url, body, headers, connectTimeoutMs }: JsonRequest,
  signal: AbortSignal | undefined,
): Promise<{ response: Response; text: string }> {
  const response = await httpClient(connectTimeoutMs)(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(signal && { signal }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { response, text: await response.text() };
}

/** What an error says in words, in the places where APIs put that. */
function messageIn(body: unknown): string | undefined {
  if (typeof body === "string") return body.slice(0, MESSAGE_LENGTH);
  if (typeof body !== "object" || body === null) return undefined;
  const { error, message, detail } = body as Record<string, unknown>;
  if (typeof message === "string") return message.slice(0, MESSAGE_LENGTH);
  return messageIn(error) ?? messageIn(detail);
}

/** What fetch says (`fetch failed`, `terminated`), and why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
