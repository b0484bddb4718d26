import { inject } from "vitest";
import { derivedUuid } from "../../src/engine/ids.ts";
import type { FactType } from "../../src/engine/types.ts";
import { beginBankWrite, findOrCreateBank } from "../../src/store/banks.ts";
import type { Database } from "../../src/store/database.ts";
import { encodeVector } from "../../src/store/vectors/vector-column.ts";
import { wordEmbedder } from "./word-embedder.ts";

/** A memory as a test names it: it gets a document and a chunk of its own, with the id `<bank>_<document>_0`. */
export interface SeedMemory {
  text: string;
  type?: FactType;
  documentId?: string;
  /** Of the document; its memory has the same ones. */
  tags?: string[];
  /** Of the document alone, where they differ. */
  documentTags?: string[];
  context?: string;
  occurredStart?: string;
  occurredEnd?: string;
  mentionedAt?: string;
  entities?: string[];
  metadata?: Record<string, string>;
  proofCount?: number;
  /** Texts of the memories that it was drawn from; seeded before. */
  sources?: string[];
  /** The text of its chunk, where it is not the memory's own. */
  chunkText?: string;
}

/** Writes memories straight into the tables, one after the other. @returns their ids by text. */
export async function seedMemories(
  database: Database,
  bankId: string,
  memories: readonly SeedMemory[],
): Promise<{ bankKey: string; idOf: (text: string) => string }> {
  const now = new Date("2023-07-01T00:00:00Z");
  const bank = await findOrCreateBank(database, { sandboxId: "", bankId }, { now, idSeed: bankId });
  const { bankKey } = bank;
  const { firstPosition: first } = await beginBankWrite(database, bankKey, memories.length);
  const vectors = await wordEmbedder.embed(memories.map(({ text }) => text));
  const idOf = (text: string) => derivedUuid(bankId, "seed", text);
  for (const [index, memory] of memories.entries()) {
    const position = first + index;
    const isObservation = memory.type === "observation";
    const documentId = isObservation ? null : (memory.documentId ?? `d${position}`);
    const chunkId = documentId && `${bankId}_${documentId}_0`;
    const documentText = memory.chunkText ?? memory.text;
    if (documentId) {
      await database.query(
        `INSERT INTO documents (bank_key, document_id, original_text, text_length, content_hash, tags, created_at, updated_at)
         VALUES ($1, $2, $3, $4, '', $5, $6, $6) ON CONFLICT DO NOTHING`,
        [
          bankKey,
          documentId,
          documentText,
          documentText.length,
          memory.documentTags ?? memory.tags ?? [],
          now,
        ],
      );
      await database.query(
        `INSERT INTO chunks (bank_key, document_id, chunk_index, chunk_id, chunk_text, content_hash, created_at)
         VALUES ($1, $2, 0, $3, $4, '', $5) ON CONFLICT DO NOTHING`,
        [bankKey, documentId, chunkId, documentText, now],
      );
    }
    const vector = vectors[index] ?? new Float32Array();
    await database.query(
      `INSERT INTO memory_units (bank_key, unit_id, position, document_id, chunk_index, chunk_id, fact_type, text, context,
         occurred_start, occurred_end, mentioned_at, tags, metadata, proof_count, source_memory_ids, embedding,
         created_at, updated_at, revision)
       VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
         $16::text::${inject("vectorColumn")}, $17, $17, (SELECT revision FROM banks WHERE bank_key = $1))`,
      [
        bankKey,
        idOf(memory.text),
        position,
        documentId,
        chunkId,
        memory.type ?? "world",
        memory.text,
        memory.context ?? (isObservation ? null : ""),
        memory.occurredStart ?? null,
        memory.occurredEnd ?? null,
        memory.mentionedAt ?? null,
        memory.tags ?? [],
        memory.metadata ?? {},
        memory.proofCount ?? 1,
        (memory.sources ?? []).map(idOf),
        encodeVector(vector, inject("vectorColumn")),
        now,
      ],
    );
    for (const name of memory.entities ?? []) {
      const entityId = derivedUuid(bankId, "entity", name.toLowerCase());
      await database.query(
        `INSERT INTO entities (bank_key, entity_id, canonical_name, first_seen, last_seen) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT DO NOTHING`,
        [bankKey, entityId, name, now],
      );
      await database.query("INSERT INTO unit_entities (bank_key, unit_id, entity_id) VALUES ($1, $2, $3)", [
        bankKey,
        idOf(memory.text),
        entityId,
      ]);
    }
  }
  return { bankKey, idOf };
}
