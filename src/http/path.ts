/**
 * A path with its escapes undone and redone in one way. An encoded slash separates segments like a plain one, as it does
 * upstream, where the path is decoded before it is matched.
 */
export function canonicalPath(path: string): string {
  if (!path.includes("%")) return path;
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return path;
  }
  return decoded.split("/").map(encodeURIComponent).join("/");
}

/** The part of a path that names a route: in canonical form, without the server's base path, below which routes answer too. */
export function routePath(path: string, basePath: string): string {
  const canonical = canonicalPath(path);
  const base = canonicalPath(basePath);
  if (base === "" || !canonical.startsWith(base)) return canonical;
  const rest = canonical.slice(base.length);
  return rest === "" || rest.startsWith("/") ? rest : canonical;
}

/** A route's path as people know it: `/v1/default/banks/{bank_id}`. */
export function pathTemplate(path: string): string {
  return path.replaceAll(/:(\w+)(\{\.\*\})?/g, "{$1}");
}
