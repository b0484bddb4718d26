import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { Database } from "../../src/store/database.ts";

/** The migrated database that every test's own is cloned from. */
const TEMPLATE = "hindsight_template";

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client(inject("postgresUrl"));
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}

/** A migrated database of the calling test's own, dropped when the test ends. */
export async function createTestDatabase(): Promise<{ url: string; database: Database }> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  const database = new Database(url.href, {
    onError: (error) => console.error("database connection:", error.message),
  });
  onTestFinished(async () => {
    await database.close();
    await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  return { url: url.href, database };
}
