/** The Postgres extensions that the schema uses. */
export const EXTENSIONS = {
  required: ["btree_gin", "pg_trgm"],
  /** Without pgvector the server searches vectors by itself. */
  optional: ["vector"],
};

interface Schemas {
  /** Of the connection's search path, those that are there; in the first one tables are made. */
  searched: string[];
  /** That hold extensions of ours, such as `extensions` where a hosting service has installed them. */
  withExtensions: string[];
}

/**
 * Where a connection finds things, and where extensions are. A schema that the user may not use is none.
 * @param query sends SQL on the connection.
 */
export async function findSchemas(
  query: (sql: string, values: unknown[]) => Promise<Schemas[]>,
): Promise<Schemas> {
  const [schemas] = await query(
    `SELECT current_schemas(false)::text[] AS searched, ARRAY(
       SELECT DISTINCT nspname::text FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
       WHERE extname = ANY ($1) AND nspname <> 'pg_catalog' AND has_schema_privilege(n.oid, 'USAGE')
       ORDER BY 1) AS "withExtensions"`,
    [[...EXTENSIONS.required, ...EXTENSIONS.optional]],
  );
  return schemas ?? { searched: [], withExtensions: [] };
}
