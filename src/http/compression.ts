import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { MiddlewareHandler } from "hono";

const compress = promisify(gzip);

/** What a client accepts: `gzip` anywhere in the header, unless it is ruled out by a weight of 0. */
const ACCEPTS_GZIP = /gzip(?!\s*;\s*q=0(\.0*)?\s*(,|$))/;

/**
 * Compresses answers of at least `minSize` bytes for clients that take it, and tells caches that such answers depend on
 * who asks. Negative: nothing is compressed.
 */
export function compression(minSize: number): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const answer = context.res;
    const length = answer.headers.get("content-length");
    if (minSize < 0 || (length !== null && Number(length) < minSize) || answer.body === null) return;
    // A stream of events is sent as they happen.
    if (answer.headers.get("content-type")?.startsWith("text/event-stream")) return;
    const { status } = answer;
    const headers = new Headers(answer.headers);
    let body: Uint8Array<ArrayBuffer> = new Uint8Array(await answer.arrayBuffer());
    if (body.byteLength >= minSize) {
      headers.append("vary", "Accept-Encoding");
      if (ACCEPTS_GZIP.test(context.req.header("accept-encoding") ?? "")) {
        body = new Uint8Array(await compress(body));
        headers.set("content-encoding", "gzip");
      }
    }
    headers.set("content-length", String(body.byteLength));
    context.res = undefined;
    context.res = new Response(body, { status, headers });
  };
}
