import type { Queryable } from "./database.ts";

/** No text of so few characters has words for more than a megabyte, which is what a row can hold of them. */
const SURELY_SHORT = 100_000;
const PROGRAM_LIMIT_EXCEEDED = "54000";

/** Whether a text can be searched by its words, and so be stored as a unit's: one of very many different words cannot. */
export async function isSearchable(db: Queryable, text: string): Promise<boolean> {
  if (text.length <= SURELY_SHORT) return true;
  try {
    await db.query("SELECT length(to_tsvector('english', $1))", [text]);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === PROGRAM_LIMIT_EXCEEDED) return false;
    throw error;
  }
}
