/** Calls on their way to a provider: what of them leaves the machine, and what of the answer comes back. */
import { channel } from "node:diagnostics_channel";
import type { ChatWire, ItemWire } from "./wire/wire.ts";

/** How long a provider may take to answer. The caller's own limit is shorter; this one bounds callers that have none. */
const LONGEST_ANSWER_MS = 600_000;
/** By which callers prove who they are. */
const CREDENTIAL_HEADERS = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
/** A credential too, in the address. */
const CREDENTIAL_PARAMETER = "key";
/** Parameters of a base URL that are secrets by their names (`subscription-key`, `sig`). */
const SECRET_PARAMETER = /key|token|secret|password|^sig$/i;
/** What of a call's headers the provider gets. */
const PASSED_ON = [
  ...CREDENTIAL_HEADERS,
  "accept",
  "anthropic-beta",
  "anthropic-version",
  "openai-beta",
  "openai-organization",
  "openai-project",
];
/** What of an answer's headers concerns the caller, beside its type. */
const PASSED_BACK = ["content-type", "retry-after", "retry-after-ms", "x-should-retry"];
const PASSED_BACK_PREFIX = "x-ratelimit-";

/** Tells who watches the requests of this process which of them are the gateway's own. */
export const FORWARDING = channel("hindsight-testkit:forward");

/** A provider that is recorded. */
export interface Upstream {
  /** The base URL of its API; a query string in it is sent with every request. */
  baseUrl: string;
  /** Sent instead of the caller's own. */
  apiKey?: string | undefined;
}

/** A call as it goes to the provider. */
export interface OutgoingCall {
  path: string;
  query: URLSearchParams;
  body: string;
  /** All of the caller's; what is not known to concern the provider stays here. */
  headers: Headers;
  signal: AbortSignal;
}

/**
 * Sends a call to the provider.
 *
 * @throws what `fetch` throws: the provider cannot be reached, or the call was given up.
 */
export function forward(
  upstream: Upstream,
  wire: ChatWire | ItemWire,
  call: OutgoingCall,
): Promise<Response> {
  const headers = new Headers({ "content-type": "application/json" });
  for (const [name, value] of call.headers) if (PASSED_ON.includes(name)) headers.set(name, value);
  const query = new URLSearchParams(call.query);
  const { username, password } = new URL(upstream.baseUrl);
  if (username !== "" || password !== "")
    headers.set("authorization", basicAuthorization(username, password));
  if (upstream.apiKey !== undefined) {
    for (const name of CREDENTIAL_HEADERS) headers.delete(name);
    query.delete(CREDENTIAL_PARAMETER);
    for (const [name, value] of Object.entries(wire.authorize(upstream.apiKey))) headers.set(name, value);
  }
  const send = () =>
    fetch(upstreamUrl(upstream, wire, call.path, query), {
      method: "POST",
      headers,
      body: call.body,
      // A redirect could carry the key to another host.
      redirect: "manual",
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(LONGEST_ANSWER_MS)]),
    });
  return FORWARDING.runStores({}, send);
}

/** What of an answer's headers the caller gets. */
export function passedBack(headers: Headers): Record<string, string> {
  const passed = [...headers].filter(
    ([name]) => PASSED_BACK.includes(name) || name.startsWith(PASSED_BACK_PREFIX),
  );
  return Object.fromEntries(passed);
}

/** The secrets that a call carries. */
export function credentialsOf({ apiKey, baseUrl }: Upstream, { headers, query }: OutgoingCall): string[] {
  const sent = [...CREDENTIAL_HEADERS.map((name) => headers.get(name)), query.get(CREDENTIAL_PARAMETER)];
  const { password, searchParams } = new URL(baseUrl);
  const inUrl = [...searchParams].flatMap(([name, value]) => (SECRET_PARAMETER.test(name) ? value : []));
  return [apiKey, decodeURIComponent(password), ...inUrl, ...sent].flatMap(
    (value) => value?.replace(/^bearer\s+/i, "") || [],
  );
}

/** @param username, password as a URL has them. */
function basicAuthorization(username: string, password: string): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function upstreamUrl(
  { baseUrl }: Upstream,
  { version }: ChatWire | ItemWire,
  path: string,
  query: URLSearchParams,
): URL {
  const url = new URL(baseUrl);
  // They go in a header: `fetch` refuses such a URL, with an error that repeats it.
  url.username = "";
  url.password = "";
  const base = url.pathname.replace(/\/+$/, "");
  url.pathname = version === undefined ? base + path : versioned(base, path, version);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url;
}

/** A provider's base URL that names a version goes before the caller's, and this before the usual one. */
function versioned(base: string, path: string, usual: string): string {
  const root = base.replace(/\/v\d\w*$/, "");
  const rest = withoutVersion(path);
  const named = base.slice(root.length) || path.slice(0, path.length - rest.length) || usual;
  return root + (usual === "" ? "" : named) + rest;
}

/** The path of a call without the API's version. */
export function withoutVersion(path: string): string {
  return path.replace(/^\/v\d\w*(?=\/)/, "");
}
