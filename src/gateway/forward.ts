/** How long a provider may take to answer. The caller's own limit is shorter; this one bounds callers that have none. */
const LONGEST_ANSWER_MS = 600_000;
/** What of an answer's headers concerns the caller, beside its type. */
const PASSED_BACK = ["content-type", "retry-after", "retry-after-ms", "x-should-retry"];
const PASSED_BACK_PREFIX = "x-ratelimit-";

/** The provider that is recorded. */
export interface Upstream {
  /** The base URL of its OpenAI-compatible API; a query string in it is sent with every request. */
  baseUrl: string;
  /** Sent instead of the caller's own. */
  apiKey?: string;
}

/** A call as it goes to the provider. */
export interface OutgoingCall {
  path: string;
  body: string;
  /** The caller's `Authorization` header. */
  authorization: string | undefined;
  signal: AbortSignal;
}

export interface UpstreamResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Sends a call to the provider, with the key and without any other header of the caller.
 *
 * @throws what `fetch` throws: the provider cannot be reached, or the call was given up.
 */
export async function forward(upstream: Upstream, call: OutgoingCall): Promise<UpstreamResponse> {
  const authorization = authorizationFor(upstream, call);
  const response = await fetch(upstreamUrl(upstream, call.path), {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
    body: call.body,
    // A redirect could carry the key to another host.
    redirect: "manual",
    signal: AbortSignal.any([call.signal, AbortSignal.timeout(LONGEST_ANSWER_MS)]),
  });
  const headers = [...response.headers].filter(
    ([name]) => PASSED_BACK.includes(name) || name.startsWith(PASSED_BACK_PREFIX),
  );
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() };
}

/** The `Authorization` header that the provider gets. */
export function authorizationFor(upstream: Upstream, call: OutgoingCall): string | undefined {
  return upstream.apiKey === undefined ? call.authorization : `Bearer ${upstream.apiKey}`;
}

function upstreamUrl({ baseUrl }: Upstream, path: string): URL {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/+$/, "") + path;
  return url;
}
