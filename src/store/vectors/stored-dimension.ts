import type { Queryable } from "../database.ts";
import { findVectorColumn } from "./vector-column.ts";

const DIMENSION = { bytea: "octet_length(embedding) / 4", vector: "vector_dims(embedding)" };

/** The dimension of the vectors that are stored, of memories or else of mental models; undefined: there are none. */
export async function storedDimension(db: Queryable): Promise<number | undefined> {
  const column = await findVectorColumn(db);
  const { rows } = await db.query<{ dimension: number }>(
    `(SELECT ${DIMENSION[column]} AS dimension FROM memory_units LIMIT 1)
     UNION ALL (SELECT ${DIMENSION.bytea} FROM mental_models LIMIT 1) LIMIT 1`,
  );
  return rows[0]?.dimension;
}
