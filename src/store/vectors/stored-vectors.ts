import { type CopiedRow, copyRows } from "../copy-rows.ts";
import type { Database } from "../database.ts";
import type { FactType } from "../fact-type.ts";
import type { IndexedUnit } from "./vector-block.ts";

/** A memory unit with its vector: float32, little-endian. */
export interface StoredVector extends IndexedUnit {
  embedding: Buffer;
}

/** A bank's write of memory units, and the last one that changed or removed any. */
export interface BankRevision {
  revision: bigint;
  rewrittenAtRevision: bigint;
}

/**
 * Reads the vectors of a bank's units, all as of one moment.
 * @param from told the bank's revision at that moment, says after which revision to read; undefined when the bank is gone.
 * @param take is given the units in portions, in no order.
 */
export async function readVectors(
  database: Database,
  bankKey: string,
  from: (bank: BankRevision) => bigint,
  take: (vectors: StoredVector[]) => void,
): Promise<void> {
  await database.transaction(async (connection) => {
    await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const { rows } = await connection.query<{ revision: string; rewritten: string }>(
      "SELECT revision, rewritten_at_revision AS rewritten FROM banks WHERE bank_key = $1",
      [bankKey],
    );
    const [bank] = rows;
    if (!bank) return;
    const after = from({ revision: BigInt(bank.revision), rewrittenAtRevision: BigInt(bank.rewritten) });
    if (after >= BigInt(bank.revision)) return;
    await copyRows(
      connection,
      `SELECT unit_id::text, position, fact_type, array_to_json(nullif(tags, '{}'))::text,
         ${milliseconds("occurred_start")}, ${milliseconds("occurred_end")}, ${milliseconds("mentioned_at")},
         revision, embedding
       FROM memory_units WHERE bank_key = ${BigInt(bankKey)} AND revision > ${after}`,
      (copied) => take(copied.map(readVector)),
    );
  });
}

function milliseconds(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8`;
}

function readVector([
  unitId,
  position,
  factType,
  tags,
  start,
  end,
  mentioned,
  revision,
  embedding,
]: CopiedRow): StoredVector {
  if (!unitId || !position || !revision || !embedding)
    throw new Error("A memory unit was read without what all have");
  return {
    unitId: unitId.toString("latin1"),
    position: Number(position.readBigInt64BE()),
    factType: readFactType(factType),
    tags: tags ? readTags(tags) : [],
    occurredStart: start ? start.readDoubleBE() : null,
    occurredEnd: end ? end.readDoubleBE() : null,
    mentionedAt: mentioned ? mentioned.readDoubleBE() : null,
    revision: Number(revision.readBigInt64BE()),
    embedding,
  };
}

const FACT_TYPES: Record<string, FactType> = {
  world: "world",
  experience: "experience",
  observation: "observation",
};

function readFactType(field: Buffer | null | undefined): FactType {
  const factType = field && FACT_TYPES[field.toString("latin1")];
  if (!factType) throw new Error("A memory unit was read without its type");
  return factType;
}

function readTags(field: Buffer): string[] {
  const tags: unknown = JSON.parse(field.toString());
  return Array.isArray(tags) ? tags.map(String) : [];
}
