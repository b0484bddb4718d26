import pg from "pg";
import type { AdminConnection } from "./admin-connection.ts";

/** The first halves of our advisory locks' keys. The first is "hind" in ASCII. */
const LOCKS = 0x68696e64;
const PREPARATION_LOCKS = LOCKS + 1;

/** Databases and schemas of ours; the number says which lock tells whether they are in use. */
const OURS = /^hindsight_(?:template_)?([0-9a-f]{8})(?:_|$)/;

/** How long dropping a schema may wait for somebody who uses it all the same, in milliseconds. */
export const DROP_TIMEOUT = 5_000;

/**
 * The key of the advisory lock that says that a run, or a template, is in use. A session holds its locks until it ends,
 * however it ends: no other trace of a run is as reliable on somebody else's server.
 * @param number eight hexadecimal digits.
 */
export function usageLock(number: string): [number, number] {
  return [LOCKS, Number.parseInt(number, 16) | 0];
}

/** The key of the lock under which a template is made: by one run while others, which use it as well, wait for it. */
export function preparationLock(number: string): [number, number] {
  return [PREPARATION_LOCKS, Number.parseInt(number, 16) | 0];
}

/** Drops the databases, and templates, that runs left because they were killed. Leaves what it may not drop. */
export async function dropAbandonedDatabases(admin: AdminConnection): Promise<void> {
  const databases = await admin.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database AS database
     WHERE datname LIKE 'hindsight\\_%' AND pg_get_userbyid(datdba) = current_user
       AND NOT EXISTS (SELECT FROM pg_stat_activity AS session WHERE session.datid = database.oid)`,
  );
  await dropUnused(admin, databases, (name) => `DROP DATABASE IF EXISTS ${name}`);
}

/** The same of the current database's schemas, for users who may not create databases. */
export async function dropAbandonedSchemas(admin: AdminConnection): Promise<void> {
  const schemas = await admin.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace
     WHERE nspname LIKE 'hindsight\\_%' AND pg_get_userbyid(nspowner) = current_user`,
  );
  await admin.query(`SET lock_timeout = ${DROP_TIMEOUT}`);
  await dropUnused(admin, schemas, (name) => `DROP SCHEMA IF EXISTS ${name} CASCADE`);
  await admin.query("RESET lock_timeout");
}

/** Of these databases or schemas, drops the ones that are named as ours are, and whose lock nobody holds. */
async function dropUnused(
  admin: AdminConnection,
  candidates: { name: string }[],
  statement: (identifier: string) => string,
): Promise<void> {
  // Those of all databases, whereas a lock can be tried in the current one only.
  const held = await admin.query<{ key: string }>(
    "SELECT objid::text AS key FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2",
    [LOCKS],
  );
  const inUse = new Set(held.map(({ key }) => Number(key)));
  for (const { name } of candidates) {
    const number = OURS.exec(name)?.[1];
    if (number === undefined || inUse.has(Number.parseInt(number, 16))) continue;
    const lock = usageLock(number);
    const [taken] = await admin.query<{ ok: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS ok", lock);
    if (!taken?.ok) continue;
    await admin.query(statement(pg.escapeIdentifier(name))).catch(() => {});
    await admin.query("SELECT pg_advisory_unlock($1, $2)", lock);
  }
}
