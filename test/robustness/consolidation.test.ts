import { expect, test, vi } from "vitest";
import { scriptedModel, started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import {
  type RequestBody,
  type ScriptedAnswer,
  type ScriptedOpenAi,
  startScriptedOpenAi,
} from "../support/scripted-openai.ts";

const BANK = "/v1/default/banks/b";
const FACTS = 24;
const PER_CALL = 3;

/** Makes an observation of each fact. They are numbered by call: a fact that was consolidated twice has two. */
function observeEach(calls: () => number): (request: RequestBody) => ScriptedAnswer {
  return ({ messages }) => {
    const facts = [...(messages.at(-1)?.content ?? "").matchAll(/^\[([0-9a-f-]{36})\] (.*?)(?: \(|$)/gm)];
    const creates = facts.map(([, id = "", text = ""]) => ({
      text: `${text} (call ${calls()})`,
      source_fact_ids: [id],
    }));
    return { json: { creates } };
  };
}

/** Daemons on one database and one model. */
async function setUp(
  script: (request: RequestBody) => ScriptedAnswer,
): Promise<{ provider: ScriptedOpenAi; database: Database; startDaemon: () => Promise<Daemon> }> {
  const { url, database } = await createTestDatabase();
  const provider = await startScriptedOpenAi(script);
  const startDaemon = async () => {
    const { subprocess, ready } = await started({
      database: { kind: "url", url },
      environment: {
        ...scriptedModel(provider.baseUrl),
        HINDSIGHT_API_ENABLE_OBSERVATIONS: "true",
        HINDSIGHT_API_RETAIN_EXTRACTION_MODE: "chunks",
        HINDSIGHT_API_CONSOLIDATION_LLM_BATCH_SIZE: String(PER_CALL),
        HINDSIGHT_API_CONSOLIDATION_DEDUP_THRESHOLD: "1",
        // An operation that ended this many processes would be given up.
        HINDSIGHT_API_WORKER_MAX_RETRIES: "20",
      },
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
    const send = async (method: string, path: string, body?: object): Promise<any> => {
      const response = await fetch(`${ready.url}${BANK}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      });
      return response.json();
    };
    const kill = async () => {
      subprocess.kill("SIGKILL");
      await subprocess;
    };
    return { send, kill };
  };
  return { provider, database, startDaemon };
}

type Database = Awaited<ReturnType<typeof createTestDatabase>>["database"];
interface Daemon {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  send(method: string, path: string, body?: object): Promise<any>;
  kill(): Promise<void>;
}

const numbered = (from: number, count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({
    content: `Ada saw island number ${from + index}.`,
    document_id: `d${from + index}`,
    ...more,
  }));

/** How often each fact is a source, and what is wrong with the observations. */
async function stateOf(database: Database) {
  const { rows } = await database.query<{ text: string; isDone: boolean; times: number }>(
    `SELECT f.text, f.consolidated_at IS NOT NULL AS "isDone", count(o.unit_id)::int AS times
     FROM memory_units AS f LEFT JOIN memory_units AS o
       ON o.bank_key = f.bank_key AND o.fact_type = 'observation' AND f.unit_id = ANY (o.source_memory_ids)
     WHERE f.fact_type <> 'observation' GROUP BY f.bank_key, f.unit_id, f.text, f.consolidated_at`,
  );
  const broken = await database.query<{ text: string }>(
    `SELECT o.text FROM memory_units AS o WHERE o.fact_type = 'observation'
       AND (o.proof_count <> cardinality(o.source_memory_ids) OR o.source_memory_ids = '{}' OR EXISTS (
         SELECT FROM unnest(o.source_memory_ids) AS source
         WHERE NOT EXISTS (SELECT FROM memory_units AS f WHERE f.bank_key = o.bank_key AND f.unit_id = source)))`,
  );
  return {
    facts: rows.length,
    done: rows.filter(({ isDone }) => isDone).length,
    times: [...new Set(rows.map(({ times }) => times))],
    broken: broken.rows,
  };
}

const WHOLE = { facts: FACTS, done: FACTS, times: [1], broken: [] };

test.each([
  { name: "in one scope", items: {}, times: 1 },
  { name: "in two scopes", items: { tags: ["sea", "log"], observation_scopes: "per_tag" }, times: 2 },
])(
  "facts are consolidated once $name, wherever the daemon was killed",
  { timeout: 120_000 },
  async ({ items, times }) => {
    let calls = 0;
    let daemon: Daemon | undefined;
    let kill: Promise<void> | undefined;
    const observe = observeEach(() => calls);
    const { database, startDaemon } = await setUp((request) => {
      calls += 1;
      const answer = observe(request);
      // In turn while the model is asked, and while its answer is on its way or stored.
      if (calls % 2 === 1 || calls > 8 || kill) return answer;
      if (calls % 4 === 2) {
        kill = daemon?.kill();
        return { hang: true };
      }
      setImmediate(() => {
        kill ??= daemon?.kill();
      });
      return answer;
    });
    daemon = await startDaemon();
    await daemon.send("POST", "/memories", { items: numbered(0, FACTS, items) });
    let killed = 0;
    await vi.waitFor(
      async () => {
        if (kill) {
          await kill;
          killed += 1;
          daemon = await startDaemon();
          kill = undefined;
        }
        expect(await stateOf(database)).toEqual({ ...WHOLE, times: [times] });
      },
      { timeout: 100_000, interval: 50 },
    );
    expect(killed).toBe(4);
  },
);

test("two daemons on one bank consolidate what both of them stored, each fact once", {
  timeout: 60_000,
}, async () => {
  let calls = 0;
  const { database, startDaemon } = await setUp(
    observeEach(() => {
      calls += 1;
      return calls;
    }),
  );
  const daemons = [await startDaemon(), await startDaemon()];
  await Promise.all(
    Array.from({ length: FACTS }, (_, index) =>
      daemons[index % 2]?.send("POST", "/memories", { items: numbered(index, 1) }),
    ),
  );
  await vi.waitFor(async () => expect(await stateOf(database)).toEqual(WHOLE), {
    timeout: 50_000,
    interval: 50,
  });
});

test("a daemon takes over what another one was killed at", { timeout: 60_000 }, async () => {
  let calls = 0;
  const { promise: asked, resolve: ask } = promiseWithResolvers();
  const observe = observeEach(() => calls);
  const { database, startDaemon } = await setUp((request) => {
    calls += 1;
    if (calls !== 3) return observe(request);
    ask();
    return { hang: true };
  });
  const first = await startDaemon();
  await first.send("POST", "/memories", { items: numbered(0, FACTS) });
  await asked;
  await startDaemon();
  await first.kill();
  await vi.waitFor(async () => expect(await stateOf(database)).toEqual(WHOLE), {
    timeout: 50_000,
    interval: 50,
  });
});

test.each([
  { what: "its memories are cleared", path: "/memories", status: "completed" },
  { what: "its bank is deleted", path: "", status: "not_found" },
])(
  "a consolidation ends when $what meanwhile, and nothing of it is stored",
  { timeout: 60_000 },
  async ({ path, status }) => {
    let calls = 0;
    const { promise: asked, resolve: ask } = promiseWithResolvers();
    const { promise: removed, resolve: release } = promiseWithResolvers();
    const observe = observeEach(() => calls);
    const { database, startDaemon } = await setUp((request) => {
      calls += 1;
      if (calls !== 2) return observe(request);
      ask();
      return { after: removed, answer: observe(request) };
    });
    const daemon = await startDaemon();
    await daemon.send("POST", "/memories", { items: numbered(0, FACTS) });
    await asked;
    const { operations } = await daemon.send("GET", "/operations?type=consolidation");
    await daemon.send("DELETE", path);
    release();
    await vi.waitFor(
      async () => expect((await daemon.send("GET", `/operations/${operations[0].id}`)).status).toBe(status),
      { timeout: 20_000, interval: 50 },
    );
    expect(await stateOf(database)).toEqual({ facts: 0, done: 0, times: [], broken: [] });
    const { rows } = await database.query(
      "SELECT text FROM memory_units UNION ALL SELECT status FROM operations WHERE status IN ('pending', 'processing')",
    );
    expect(rows).toEqual([]);
  },
);

/** What is told in fifty texts of a few people, some of it twice, some of it of a change. */
const TOLD = ["Anna", "Ben", "Carla", "Dario", "Elif"].flatMap((name, person) =>
  [
    "likes tea.",
    "lives in Oslo.",
    "works at Acme.",
    "has a cat called Rex.",
    "plays the cello.",
    "no longer likes tea.",
    "moved to Bergen.",
    "works at Globex.",
    "likes tea.",
    "is allergic to peanuts.",
  ].map((saying, index) => ({
    content: `${name} ${saying}`,
    document_id: `${name}-${index}`,
    timestamp: `2024-0${1 + Math.floor(index / 4)}-1${person}T08:00:00Z`,
  })),
);

test("fifty retains at once come to the same observations as one after another", {
  timeout: 180_000,
}, async () => {
  const { url, database } = await createTestDatabase();
  const { ready } = await started({
    database: { kind: "url", url },
    environment: { HINDSIGHT_API_LLM_PROVIDER: "offline" },
  });
  const retain = async (bank: string, item: object) => {
    const response = await fetch(`${ready.url}/v1/default/banks/${bank}/memories`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ items: [item] }),
    });
    expect(response.status).toBe(200);
  };
  const settled = () =>
    vi.waitFor(
      async () => {
        const { rows } = await database.query(
          `SELECT status FROM operations WHERE status IN ('pending', 'processing') UNION ALL
           SELECT text FROM memory_units WHERE fact_type <> 'observation' AND consolidated_at IS NULL`,
        );
        expect(rows).toEqual([]);
      },
      { timeout: 60_000, interval: 50 },
    );
  await Promise.all(TOLD.map((item) => retain("at-once", item)));
  await settled();
  for (const item of TOLD) {
    await retain("in-turn", item);
    await settled();
  }
  const observations = async (bank: string) => {
    const { rows } = await database.query<{ text: string; sources: string[] }>(
      `SELECT o.text, array_agg(f.document_id ORDER BY f.document_id COLLATE "C") AS sources
       FROM memory_units AS o JOIN banks USING (bank_key) JOIN memory_units AS f
         ON f.bank_key = o.bank_key AND f.unit_id = ANY (o.source_memory_ids)
       WHERE o.fact_type = 'observation' AND bank_id = $1 GROUP BY o.unit_id, o.text ORDER BY o.text COLLATE "C"`,
      [bank],
    );
    return rows;
  };
  const atOnce = await observations("at-once");
  expect(atOnce).toEqual(await observations("in-turn"));
  // Of each person food, home, work, and what is left.
  expect(atOnce).toHaveLength(20);
  expect(atOnce.map(({ text }) => text)).toContain(
    "From 2024-01-10 until 2024-02-10: Anna lives in Oslo.  Since 2024-02-10: Anna moved to Bergen.",
  );
});
