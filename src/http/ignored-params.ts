import { isPlainObject } from "./validation/composites.ts";

/** The header that names what a request sent and its route does not know. */
export const IGNORED_PARAMS = "x-ignored-params";

/**
 * The value of the header: unknown names of the query in order, each once, then unknown keys of the body. Undefined when
 * there are none.
 */
export function ignoredParams(
  query: URLSearchParams,
  knownInQuery: readonly string[],
  body: unknown,
  knownInBody: readonly string[],
): string | undefined {
  const names = [
    ...[...new Set(query.keys())].filter((name) => !knownInQuery.includes(name)),
    ...(isPlainObject(body) ? Object.keys(body) : []).filter((name) => !knownInBody.includes(name)),
  ];
  if (names.length === 0) return undefined;
  // A header holds printable ASCII only.
  return names.join(", ").replaceAll(/[^\x20-\x7e]/gu, "?");
}
