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
