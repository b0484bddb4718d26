import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startRunPostgres } from "../../../src/harness/run-postgres.ts";
import { startReaper } from "../../../src/home/start-reaper.ts";
import type { PostgresHost } from "../../../src/postgres/host.ts";
import type { Reaper } from "../../../src/reaper/reaper.ts";
import { type DatabaseOption, parseDatabase } from "../../../src/server/database-choice.ts";
import { HindsightServer } from "../../../src/server/hindsight-server.ts";
import { query } from "../../support/postgres.ts";
import { buildProgram } from "../../support/program.ts";

/** A host that runs, or ran, and what was made on it. */
interface Trace {
  /** Of a database on it. */
  url: string;
  /** Of its Postgres, where we started it. */
  pid: number | null;
}

/** A place where Postgres comes from. */
export interface Place {
  database: DatabaseOption;
  /** Whether it has pgvector. */
  vectors: boolean;
  /** Whether anything is there of such a host. */
  isLeft(trace: Trace): Promise<boolean>;
  /** Whether what a killed run left is removed by the next start alone, since no process of ours is there to do it. */
  sweptByNextStart: boolean;
  close(): Promise<void>;
}

/** One file for all of them. */
const ANSWERS = join(import.meta.dirname, "answers.snapshot.json");

const FACTS = [
  "Alice works at Google as an engineer.",
  "Bob prepares blåbærsyltetøy every August.",
  "Alice moved to Zürich in 2021.",
  "The ferry to Lerwick leaves at seven.",
  "Bob is allergic to peanuts.",
];

/** What every host must do. */
export function describeHost(name: string, open: () => Promise<Place>): void {
  describe(`a Postgres host: ${name}`, { timeout: 60_000 }, () => {
    let place: Place;
    let reaper: Reaper;

    beforeAll(async () => {
      place = await open();
      reaper = await startReaper();
    }, 60_000);

    afterAll(async () => {
      await reaper.close();
      await place.close();
    });

    async function start(): Promise<PostgresHost> {
      const choice = parseDatabase(place.database);
      const host = await startRunPostgres(choice, { reaper, startTimeout: 60_000, onPhase: () => {} });
      onTestFinished(() => host.stop());
      return host;
    }

    test("makes migrated databases for several slots at once, each by itself, and drops one that is in use", async () => {
      const host = await start();
      const urls = await Promise.all(["slot_1", "slot_2", "slot_3"].map((slot) => host.createDatabase(slot)));
      const [first = "", second = ""] = urls;
      await query(first, "INSERT INTO sandboxes (sandbox_id) VALUES ('mine')");
      expect(await query(first, "SELECT FROM sandboxes WHERE sandbox_id = 'mine'")).toHaveLength(1);
      expect(await query(second, "SELECT FROM sandboxes WHERE sandbox_id = 'mine'")).toHaveLength(0);
      const [column] = await query<{ type: string }>(
        first,
        "SELECT atttypid::regtype::text AS type FROM pg_attribute WHERE attrelid = 'memory_units'::regclass AND attname = 'embedding'",
      );
      expect(column?.type).toBe(place.vectors ? "vector" : "bytea");

      const client = new pg.Client(first);
      client.on("error", () => {});
      await client.connect();
      await client.query("BEGIN");
      await client.query("LOCK TABLE banks");
      await host.dropDatabase("slot_1");
      await expect(query(first, "SELECT FROM banks")).rejects.toThrow();
      expect(await query(second, "SELECT FROM sandboxes WHERE sandbox_id = 'mine'")).toHaveLength(0);
      await client.end().catch(() => {});
      await host.createDatabase("slot_1");
    });

    test("tells letters, and orders by code point", async () => {
      const host = await start();
      const url = await host.createDatabase("letters");
      const [row] = await query(
        url,
        `SELECT getdatabaseencoding() AS encoding, lower('ÆØÅ Ж') AS lower, 'Ærø' ~* '^ærØ$' AS expression,
                similarity('blåbærsyltetøy', 'blåbærsyltetøj') > 0.5 AS similar, '"\\u00e6\\u65e5"'::jsonb ->> 0 AS json,
                to_tsvector('simple', 'Ångström') @@ to_tsquery('simple', 'ångström') AS words,
                (SELECT string_agg(w, '' ORDER BY w) FROM unnest('{é,z,a,Z,ø}'::text[]) w) AS sorted`,
      );
      expect(row).toEqual({
        encoding: "UTF8",
        lower: "æøå ж",
        expression: true,
        similar: true,
        json: "æ日",
        words: true,
        sorted: "Zazéø",
      });
    });

    test("serves a server, with the same answers everywhere", async () => {
      const host = await start();
      const database = await host.createDatabase("slot_1");
      await using server = await HindsightServer.start({ database, testMode: true });
      const call = async (path: string, body: unknown) => {
        const response = await fetch(`${server.url}/v1/default/banks/notes/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        expect(response.status).toBe(200);
        return await response.json();
      };
      await call("memories", { items: FACTS.map((content, n) => ({ content, document_id: `note-${n}` })) });
      await server.test.settled();
      const answers: unknown[] = [];
      for (const question of ["Where does Alice work?", "What must Bob not eat?", "syltetøy in august"]) {
        const { results } = (await call("memories/recall", { query: question })) as {
          results: { id: string; text: string }[];
        };
        answers.push(results.slice(0, 3).map(({ id, text }) => `${id} ${text}`));
      }
      await expect(`${JSON.stringify(answers, null, 2)}\n`).toMatchFileSnapshot(ANSWERS);
    });

    test("two runs at once do not meet, and each leaves nothing", async () => {
      const [one, two] = await Promise.all([start(), start()]);
      const urls = await Promise.all([one, two].map((host) => host.createDatabase("slot_1")));
      const traces = [one, two].map(({ pid }, n) => ({ url: urls[n] ?? "", pid: pid ?? null }));
      expect(new Set(urls).size).toBe(2);
      await one.stop();
      await one.stop();
      expect(await Promise.all(traces.map(place.isLeft))).toEqual([false, true]);
      expect(await query(urls[1] ?? "", "SELECT FROM banks")).toEqual([]);
      await two.stop();
      expect(await Promise.all(traces.map(place.isLeft))).toEqual([false, false]);
    });

    test.each([
      ["the runner", false],
      ["the runner and its reaper", true],
    ])("nothing is left when %s is killed", async (_, reaperToo) => {
      const program = await buildProgram("test/postgres/programs/hold-host.ts");
      const holder = execa("node", [program], { reject: false, input: JSON.stringify(place.database) });
      const trace = await firstLine<Trace & { reaper: number }>(holder.stdout);
      expect(await place.isLeft(trace)).toBe(true);
      if (reaperToo) process.kill(trace.reaper, "SIGKILL");
      holder.kill("SIGKILL");
      await holder;
      if (reaperToo || place.sweptByNextStart) await (await start()).stop();
      // What other processes do in their own time is no event for us.
      await expect.poll(() => place.isLeft(trace), { timeout: 10_000 }).toBe(false);
    });
  });
}

async function firstLine<T>(stdout: NodeJS.ReadableStream): Promise<T> {
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line) as T;
  throw new Error("The program ended without a word.");
}
