import type { Queryable } from "./database.ts";

/** Keeps a fact's causes and effects while it is in the archive: unlike other links they cannot be found again. */
export async function parkCauses(db: Queryable, bankKey: string, unitId: string): Promise<void> {
  await db.query(
    `INSERT INTO parked_links (bank_key, from_unit_id, to_unit_id, link_type, weight, created_at)
     SELECT bank_key, from_unit_id, to_unit_id, link_type, weight, created_at FROM memory_links
     WHERE bank_key = $1 AND (from_unit_id = $2 OR to_unit_id = $2) AND link_type = 'caused_by'
     ON CONFLICT DO NOTHING`,
    [bankKey, unitId],
  );
}

/** Brings back the kept links of a fact that is live again; those to a fact that is still in the archive wait for it. */
export async function restoreCauses(db: Queryable, bankKey: string, unitId: string): Promise<void> {
  await db.query(
    `WITH due AS (
       DELETE FROM parked_links p WHERE bank_key = $1 AND (from_unit_id = $2 OR to_unit_id = $2) AND NOT EXISTS (
         SELECT FROM archived_units a WHERE a.bank_key = p.bank_key AND a.unit_id IN (p.from_unit_id, p.to_unit_id))
       RETURNING *)
     INSERT INTO memory_links (bank_key, from_unit_id, to_unit_id, link_type, weight, created_at)
     SELECT d.bank_key, d.from_unit_id, d.to_unit_id, d.link_type, d.weight, d.created_at
     FROM due d JOIN memory_units f ON f.bank_key = d.bank_key AND f.unit_id = d.from_unit_id
       JOIN memory_units t ON t.bank_key = d.bank_key AND t.unit_id = d.to_unit_id
     ON CONFLICT DO NOTHING`,
    [bankKey, unitId],
  );
}
