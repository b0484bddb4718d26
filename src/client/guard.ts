import type { Client } from "@vectorize-io/hindsight-client";
import { TestkitError } from "../errors/testkit-error.ts";
import { detailsOf, inWords } from "./answer-details.ts";
import { RequestError } from "./request-error.ts";

/**
 * Has every request of a client fail with a `RequestError`, whichever method made it: the official client's own errors leave
 * out what a connection failed by, some the status, and none names the request.
 */
export function guard(http: Client): void {
  http.interceptors.request.use((request, { path = {} }) => {
    checkPath(path);
    return request;
  });
  http.interceptors.response.use((response, request, { parseAs }) => {
    if (response.ok && parseAs === "auto") checkJson(response, request);
    return response;
  });
  http.interceptors.error.use((error, response: Response | undefined, request, { url }) => {
    if (response && isNoDocument(response, request, url)) return error;
    if (response) throw refused(error, response, request);
    throw request.signal.aborted ? request.signal.reason : unreachable(error, request);
  });
}

/** `.` and `..` are steps in a URL, in any spelling: the id of a document must not make the path that of its bank. */
function checkPath(path: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(path)) {
    if (typeof value === "string" && !["", ".", ".."].includes(value)) continue;
    throw new TestkitError("INVALID_OPTION", {
      what: `\`${name}\` must be a text that can stand in a path: not empty, not \`.\` or \`..\`. It is ${JSON.stringify(value)}.`,
    });
  }
}

/** Some web server answers 200 at a wrong base URL, and the official client would hand out its page as what was asked for. */
function checkJson(response: Response, request: Request): void {
  const type = response.headers.get("content-type") ?? "";
  if (response.status === 204 || /\bjson\b/.test(type)) return;
  throw new RequestError("REQUEST_FAILED", {
    request: nameOf(request),
    what: `${nameOf(request)} answered ${response.status} with ${type || "no content type"} in place of JSON: is this a Hindsight server?`,
    statusCode: response.status,
  });
}

/** Of this alone the official client makes null. */
function isNoDocument({ status }: Response, { method }: Request, url: string): boolean {
  return status === 404 && method === "GET" && url.endsWith("/documents/{document_id}");
}

function refused(body: unknown, response: Response, request: Request): RequestError {
  const details = detailsOf(body);
  return new RequestError("REQUEST_FAILED", {
    request: nameOf(request),
    what: `${nameOf(request)} answered ${response.status}: ${inWords(details)}`,
    statusCode: response.status,
    details,
  });
}

function unreachable(error: unknown, request: Request): RequestError {
  // Without `instanceof`: in a test runner's realm the errors of `fetch` are another realm's.
  const { cause: reason = error } = error as { cause?: unknown };
  const { message, code } = reason as { message?: string; code?: string };
  return new RequestError("SERVER_UNREACHABLE", {
    request: nameOf(request),
    what: `${nameOf(request)} was not answered: ${message || code || reason}.`,
    cause: reason,
  });
}

function nameOf({ method, url }: Request): string {
  return `${method} ${url}`;
}
