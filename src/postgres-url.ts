import pg from "pg";

/** The URL of another database on the same server; all that it says besides is kept. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

/**
 * A URL whose connections look for what has no schema's name in these schemas; in the first one tables are made. Other
 * `options` that it had are kept.
 */
export function withSearchPath(url: string, schemas: readonly string[]): string {
  const changed = new URL(url);
  const path = schemas.map((schema) => pg.escapeIdentifier(schema)).join(",");
  // A blank would begin the next option, unless a backslash stands before it.
  const setting = `-csearch_path=${path.replaceAll(/[\\\s]/g, "\\$&")}`;
  changed.searchParams.set(
    "options",
    [changed.searchParams.get("options"), setting].filter(Boolean).join(" "),
  );
  // Not every client reads `+` as a blank.
  changed.search = changed.search.replaceAll("+", "%20");
  return changed.href;
}

/** The URL without its password, for messages. The driver takes one in the query as well. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = "***";
  if (shown.searchParams.has("password")) shown.searchParams.set("password", "***");
  return shown.href;
}
