import type { Database } from "../database.ts";
import { PgVectors } from "./pg-vectors.ts";
import { ScannedVectors } from "./scanned-vectors.ts";
import { findVectorColumn } from "./vector-column.ts";
import type { VectorStore } from "./vector-store.ts";

/**
 * The search that fits the database's schema: with pgvector where it is there.
 * @param options.exact never search approximately, however large a bank is.
 */
export async function openVectors(
  database: Database,
  dimension: number,
  options: { exact: boolean },
): Promise<VectorStore> {
  const column = await findVectorColumn(database);
  return column === "vector"
    ? new PgVectors(database, dimension, options)
    : new ScannedVectors(database, dimension);
}
