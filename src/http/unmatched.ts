import { refusal } from "./answer.ts";
import { canonicalPath, routePath } from "./path.ts";
import type { RequestContext } from "./route.ts";
import { RouteTable } from "./route-table.ts";
import { NOT_IMPLEMENTED } from "./routes/not-implemented.ts";

/** Says what is wrong with a request that no route takes: its path, its method, or that the server lacks the route. */
export function unmatched(
  routes: readonly { method: string; path: string }[],
  { basePath, sandboxes }: { basePath: string; sandboxes: boolean },
): (context: RequestContext) => Response {
  const missing = new RouteTable(NOT_IMPLEMENTED);
  const known = new RouteTable([...routes, ...NOT_IMPLEMENTED]);
  const split = sandboxes ? /^(?:\/sandbox\/[^/]+)?(.*)$/s : /^(.*)$/s;
  return (context) => {
    const url = new URL(context.req.url);
    const [, path = ""] = split.exec(routePath(url.pathname, basePath)) ?? [];
    if (missing.methodsOf(path).includes(context.req.raw.method)) {
      return refusal(
        501,
        `${context.req.raw.method} ${url.pathname} is not implemented by hindsight-testkit yet (docs/differences.md)`,
      );
    }
    const methods = known.methodsOf(path);
    if (methods.length > 0) return refusal(405, "Method Not Allowed", { allow: methods.join(", ") });
    if (known.methodsOf(toggleSlash(path)).length > 0) {
      url.pathname = toggleSlash(canonicalPath(url.pathname));
      return new Response(null, { status: 307, headers: { location: url.href } });
    }
    return refusal(404, "Not Found");
  };
}

/** The path without a slash at its end, or with one. */
function toggleSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}
