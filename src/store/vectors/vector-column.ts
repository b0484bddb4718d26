import type { Queryable } from "../database.ts";

/** The type of the column that holds the vectors: pgvector's own, or bytes where pgvector is not there. */
export type VectorColumn = "vector" | "bytea";

/** What the database's schema was made with. */
export async function findVectorColumn(db: Queryable): Promise<VectorColumn> {
  const { rows } = await db.query<{ type: string }>(
    `SELECT atttypid::regtype::text AS type FROM pg_attribute
     WHERE attrelid = 'memory_units'::regclass AND attname = 'embedding'`,
  );
  return rows[0]?.type === "bytea" ? "bytea" : "vector";
}

/** A vector as text that casts to the column's type. */
export function encodeVector(vector: Float32Array, column: VectorColumn): string {
  if (column === "vector") return `[${vector.join(",")}]`;
  // float32 in the machine's order, which is little-endian wherever Node runs on what Postgres is shipped for.
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return `\\x${bytes.toString("hex")}`;
}
