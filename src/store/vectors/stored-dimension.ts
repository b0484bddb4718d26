import type { Queryable } from "../database.ts";

/** The dimension of the vectors that are stored; undefined: there are none. */
export async function storedDimension(database: Queryable): Promise<number | undefined> {
  const { rows } = await database.query<{ dimension: number }>(
    "SELECT octet_length(embedding) / 4 AS dimension FROM memory_units LIMIT 1",
  );
  return rows[0]?.dimension;
}
