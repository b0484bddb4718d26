import { randomBytes } from "node:crypto";
import { withDatabase } from "../../../src/postgres-url.ts";
import { query } from "../../support/postgres.ts";
import type { Place } from "./suite.ts";

/** Whether there is such a database, or schema, on the server of this superuser's URL. */
async function isThere(server: string, url: string): Promise<boolean> {
  const { pathname, searchParams } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  const [, schema] =
    /search_path="(hindsight_[0-9a-f]{8}_[^"]*)"/.exec(searchParams.get("options") ?? "") ?? [];
  if (schema === undefined) {
    return (await query(server, "SELECT FROM pg_database WHERE datname = $1", [database])).length > 0;
  }
  return (
    (await query(withDatabase(server, database), "SELECT FROM pg_namespace WHERE nspname = $1", [schema]))
      .length > 0
  );
}

/** A server that somebody else runs, by the URL of its superuser. */
export function urlPlace(server: string, vectors: boolean, close = async () => {}): Place {
  return {
    database: server,
    vectors,
    isLeft: ({ url }) => isThere(server, url),
    sweptByNextStart: true,
    close,
  };
}

/** A database on it, and a user who may make schemas there and nothing else. Extensions that exist are in a schema of their own. */
export async function schemaPlace(server: string, vectors: boolean, close = async () => {}): Promise<Place> {
  const name = `app_${randomBytes(4).toString("hex")}`;
  await query(server, `CREATE ROLE ${name} LOGIN PASSWORD 'secret'`);
  await query(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  await query(server, `GRANT CREATE ON DATABASE ${name} TO ${name}`);
  const owner = withDatabase(server, name);
  if (vectors) {
    await query(owner, "CREATE SCHEMA extensions");
    await query(owner, "CREATE EXTENSION vector SCHEMA extensions");
    await query(owner, `GRANT USAGE ON SCHEMA extensions TO ${name}`);
  }
  const url = new URL(owner);
  url.username = name;
  url.password = "secret";
  return {
    ...urlPlace(server, vectors),
    database: url.href,
    close: async () => {
      await query(server, `DROP DATABASE ${name} WITH (FORCE)`);
      await query(server, `DROP ROLE ${name}`);
      await close();
    },
  };
}
