import http, { type IncomingMessage } from "node:http";
import { Readable } from "node:stream";

// As it is before anybody intercepts it: libraries that do replace the function on the module's object.
const { request: httpRequest } = http;

/** Of the connection, not of the call; an `origin` would be that of a web page. */
const LEFT_OUT = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "host",
  "origin",
  "transfer-encoding",
]);

/** A call on its way to the gateway. */
export interface ForwardedCall {
  url: string;
  headers: Headers;
  body: Uint8Array;
  /** Cuts it off, at any time. */
  signal: AbortSignal;
}

/** Sends a call to the gateway, unseen by whoever intercepts the test's own. */
export function forwardCall({ url, headers, body, signal }: ForwardedCall): Promise<IncomingMessage> {
  const passed = Object.fromEntries([...headers].filter(([name]) => !LEFT_OUT.has(name)));
  return new Promise((resolve, reject) => {
    // A connection of its own: none is left over when the test's process ends.
    const request = httpRequest(url, { method: "POST", agent: false, headers: passed, signal }, resolve);
    request.once("error", reject);
    request.end(body);
  });
}

/** The answer's body, chunk by chunk as it comes; who stops reading cuts it off. */
export function streamOf(response: IncomingMessage): ReadableStream<Uint8Array> {
  const stream = Readable.toWeb(response) as ReadableStream<Uint8Array>;
  // msw takes a copy of every answer for its listeners. Of two copies of a stream, who stops reading one waits for the other,
  // which nobody reads: a client that leaves a stream would hang. The listeners get an empty one.
  const nothing = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
  stream.tee = () => [stream, nothing()];
  return stream;
}

export async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of response.setEncoding("utf8")) text += part;
  return text;
}
