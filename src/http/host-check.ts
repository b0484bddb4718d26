import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { refusal } from "./answer.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const WILDCARDS = ["0.0.0.0", "::"];

/**
 * Refuses requests that a web page of another site sends: those name a foreign host, or carry a foreign origin. A name
 * that a foreign DNS points at this machine is foreign too.
 *
 * @param host the address that the server listens on. One that listens everywhere is also known by any IP address.
 */
export function hostCheck(host: string): MiddlewareHandler {
  const allowed = (url: string) => {
    if (!URL.canParse(url)) return false;
    const { hostname } = new URL(url);
    if (LOOPBACK.includes(hostname) || hostname === host || hostname === `[${host}]`) return true;
    return WILDCARDS.includes(host) && isIP(hostname.replaceAll(/[[\]]/g, "")) !== 0;
  };
  return async (context, next) => {
    if (!allowed(`http://${context.req.header("host") ?? ""}`)) {
      return refusal(403, "The Host header names another host than this server");
    }
    const origin = context.req.header("origin");
    // No route has OPTIONS: a preflight is refused with 405 like everywhere else.
    if (origin !== undefined && context.req.method !== "OPTIONS" && !allowed(origin)) {
      return refusal(403, "The Origin header names another site than this server");
    }
    return next();
  };
}
