import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { refusal } from "./answer.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const WILDCARDS = ["0.0.0.0", "::"];
/** What a browser says of a request that a page of another origin has made, with or without an `Origin`. */
const FOREIGN_SITES = ["cross-site", "same-site"];

/**
 * Refuses requests that a web page of another origin sends: those name a foreign host, or say that they come from elsewhere. A
 * name that a foreign DNS points at this machine is foreign too, and so is a page that another port of this machine serves.
 *
 * @param host the address that the server listens on. One that listens everywhere is also known by any IP address.
 */
export function hostCheck(host: string): MiddlewareHandler {
  const isOurs = (hostname: string) => {
    if (LOOPBACK.includes(hostname) || hostname === host.toLowerCase() || hostname === `[${host}]`)
      return true;
    return WILDCARDS.includes(host) && isIP(hostname.replaceAll(/[[\]]/g, "")) !== 0;
  };
  return async (context, next) => {
    const { req } = context;
    const named = parse(`http://${req.header("host") ?? ""}`);
    if (!named || !isOurs(named.hostname)) {
      return refusal(403, "The Host header names another host than this server");
    }
    // No route has OPTIONS: a preflight is refused with 405 like everywhere else.
    if (req.method === "OPTIONS") return next();
    const origin = req.header("origin");
    // As the caller named us; a proxy in front of us may speak TLS.
    if (origin !== undefined && parse(origin)?.host !== named.host) {
      return refusal(403, "The Origin header names another site than this server");
    }
    // Somebody who follows a link to the documentation sees it; the page that holds the link does not.
    const isNavigation = req.method === "GET" && req.header("sec-fetch-mode") === "navigate";
    if (FOREIGN_SITES.includes(req.header("sec-fetch-site") ?? "") && !isNavigation) {
      return refusal(403, "The request comes from a page of another site than this server");
    }
    return next();
  };
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
