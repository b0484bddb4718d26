import { appendFileSync } from "node:fs";
import pg from "pg";
import { EmbeddedPostgresHost } from "../../../src/postgres/embedded-host.ts";
import { Reaper } from "../../../src/reaper/reaper.ts";

/**
 * Starts a host on the migrations in the directory of the first argument, notes each migration in the file of the second,
 * says on stdout where the host is, and runs until stdin ends.
 */
const [migrations = "", journal = ""] = process.argv.slice(2);
const reaper = Reaper.start();
const host = await EmbeddedPostgresHost.start({
  migrations,
  reaper,
  migrate: async (url) => {
    appendFileSync(journal, `${process.pid}\n`);
    const client = new pg.Client(url);
    await client.connect();
    await client.query("CREATE TABLE marker AS SELECT 'migrated' AS state");
    await client.end();
  },
});
const url = await host.createDatabase("first");
process.stdout.write(`${JSON.stringify({ url, postgres: host.pid, reaper: reaper.pid })}\n`);
process.stdin.resume();
process.stdin.once("end", async () => {
  await host.stop();
  await reaper.close();
});
