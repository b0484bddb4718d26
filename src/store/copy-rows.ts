import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";

/** What the binary format begins with: "PGCOPY\n\377\r\n\0", flags, and the length of an extension, which is 0. */
const HEADER_BYTES = 19;
/** The count of fields that stands for the end. */
const END = -1;

/** A row's fields, in Postgres' binary form; they hold what they were given with until they are let go. */
export type CopiedRow = (Buffer | null)[];

/**
 * Reads the rows of a query in Postgres' binary form, a portion at a time: for what is too much to be turned into text and back.
 * Others have a turn of the process in between, and the database waits while a portion is looked at.
 * @param select takes no parameters: what stands in it must be known to be harmless.
 */
export async function copyRows(
  connection: pg.PoolClient,
  select: string,
  take: (rows: CopiedRow[]) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  let failure: { error: unknown } | undefined;
  for await (const chunk of connection.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`))) {
    // Whoever stops listening in the middle leaves a connection that cannot be used any more.
    if (failure) continue;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!begun && rest.length < HEADER_BYTES) continue;
    const { rows, next } = splitRows(rest, begun ? 0 : HEADER_BYTES);
    begun = true;
    rest = rest.subarray(next);
    try {
      take(rows);
    } catch (error) {
      failure = { error };
    }
  }
  if (failure) throw failure.error;
}

/** The rows that are there as a whole, and where the first begins that is not. */
function splitRows(bytes: Buffer, start: number): { rows: CopiedRow[]; next: number } {
  const rows: CopiedRow[] = [];
  let next = start;
  for (;;) {
    const row = readRow(bytes, next);
    if (!row) return { rows, next };
    rows.push(row.fields);
    next = row.end;
  }
}

function readRow(bytes: Buffer, start: number): { fields: CopiedRow; end: number } | undefined {
  if (start + 2 > bytes.length) return undefined;
  const count = bytes.readInt16BE(start);
  if (count === END) return undefined;
  const fields: CopiedRow = [];
  let at = start + 2;
  while (fields.length < count) {
    if (at + 4 > bytes.length) return undefined;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) {
      fields.push(null);
      continue;
    }
    if (at + length > bytes.length) return undefined;
    fields.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { fields, end: at };
}
