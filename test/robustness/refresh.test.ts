import { expect, test, vi } from "vitest";
import { scriptedModel, started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { type RequestBody, type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";

const BANK = "/v1/default/banks/b";
const MODEL = `${BANK}/mental-models/m`;
const WAITING = { timeout: 20_000, interval: 50 };
const TIMEOUT = { timeout: 60_000 };

/** The kinds of calls that a refresh makes. */
type Call = "search" | "writing" | "changes";

/** Daemons on one database, and a model that writes and holds a call back when it is told to. */
async function setUp() {
  const { url, database } = await createTestDatabase();
  const state = {
    written: 0,
    hold: null as Call | null,
    held: promiseWithResolvers(),
    release: null as Promise<void> | null,
  };
  const provider = await startScriptedOpenAi((request) => {
    const call = callOf(request);
    if (state.hold === call) {
      state.hold = null;
      state.held.resolve();
      state.written += 1;
      return state.release
        ? { after: state.release, answer: answer(request, call, state.written) }
        : { hang: true };
    }
    if (call !== "search") state.written += 1;
    return answer(request, call, state.written);
  });
  const startDaemon = async () => {
    const { subprocess, ready } = await started({
      database: { kind: "url", url },
      environment: { ...scriptedModel(provider.baseUrl), HINDSIGHT_API_RETAIN_EXTRACTION_MODE: "chunks" },
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
    const send = async (method: string, path: string, body?: object): Promise<any> => {
      const response = await fetch(`${ready.url}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (response.status >= 500) throw new Error(`${path} answered ${response.status}`);
      return response.json();
    };
    const ended = (id: string) =>
      vi.waitFor(async () => {
        const operation = await send("GET", `${BANK}/operations/${id}`);
        expect(operation.status).not.toMatch(/pending|processing/);
        return operation;
      }, WAITING);
    const kill = async () => {
      subprocess.kill("SIGKILL");
      await subprocess;
    };
    return { send, ended, kill };
  };
  /** Begins a refresh and waits until its call is held back: until `release` is fulfilled, or for ever. */
  const refreshHeldAt = async (daemon: Daemon, call: Call, release?: Promise<void>): Promise<string> => {
    state.held = promiseWithResolvers();
    state.hold = call;
    state.release = release ?? null;
    const { operation_id: id } = await daemon.send("POST", `${MODEL}/refresh`);
    await state.held.promise;
    return id;
  };
  return { database, startDaemon, refreshHeldAt };
}

interface Daemon {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  send(method: string, path: string, body?: object): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  ended(id: string): Promise<any>;
  kill(): Promise<void>;
}

function callOf({ tools }: RequestBody): Call {
  if (!tools) return "changes";
  return tools.length === 1 && tools[0]?.function.name === "done" ? "writing" : "search";
}

function answer({ tools = [] }: RequestBody, call: Call, written: number): ScriptedAnswer {
  const text = `Text ${written}.`;
  if (call === "changes")
    return { json: { operations: [{ op: "append_block", section_id: "trees", text }] } };
  if (call === "writing") {
    const document = { sections: [{ heading: "Trees", level: 2, blocks: [text] }] };
    return { tools: [{ name: "done", arguments: { document } }] };
  }
  if (tools.length > 1) return { tools: [{ name: "answer_ready", arguments: { answer_found: true } }] };
  return {
    tools: [{ name: tools[0]?.function.name ?? "", arguments: { query: "what grows in the garden" } }],
  };
}

/** A bank with a mental model that was refreshed once, and something new for it to read. */
async function startGarden(daemon: Daemon, trigger: object): Promise<void> {
  const retain = (content: string) =>
    daemon.send("POST", `${BANK}/memories`, { items: [{ content, document_id: content }] });
  await retain("Quinces grow in the garden.");
  const body = { id: "m", name: "Trees", source_query: "What grows in the garden?", trigger };
  const { operation_id: made } = await daemon.send("POST", `${BANK}/mental-models`, body);
  expect(await daemon.ended(made)).toMatchObject({ status: "completed" });
  await retain("Figs grow in the garden.");
}

test.each<{ mode: string; call: Call }>([
  { mode: "full", call: "search" },
  { mode: "full", call: "writing" },
  { mode: "delta", call: "writing" },
  { mode: "delta", call: "changes" },
])(
  "a $mode refresh whose daemon was killed at its $call call is done once by the next one",
  TIMEOUT,
  async ({ mode, call }) => {
    const { startDaemon, refreshHeldAt } = await setUp();
    const first = await startDaemon();
    await startGarden(first, { mode });
    const before = await first.send("GET", MODEL);
    const id = await refreshHeldAt(first, call);
    await first.kill();

    const second = await startDaemon();
    // The text and its history are those of before until all is written.
    expect(await second.ended(id)).toMatchObject({
      status: "completed",
      details: { outcome: "content_written" },
    });
    const after = await second.send("GET", MODEL);
    expect(after.content).not.toBe(before.content);
    expect(after).toMatchObject({ is_stale: false, last_refresh_failed_at: null });
    const history = await second.send("GET", `${MODEL}/history`);
    expect(history.map((entry: { previous_content: string }) => entry.previous_content)).toEqual([
      before.content,
      "",
    ]);
    expect(await second.send("GET", `${BANK}/operations?type=refresh_mental_model`)).toMatchObject({
      total: 2,
    });
  },
);

test("of two daemons one refreshes a mental model that both were asked to refresh", TIMEOUT, async () => {
  const { database, startDaemon, refreshHeldAt } = await setUp();
  const daemons = [await startDaemon(), await startDaemon()] as const;
  await startGarden(daemons[0], {});
  const id = await refreshHeldAt(daemons[0], "writing");
  const ids: string[] = await Promise.all(
    [0, 1, 0, 1].map(
      async (index) => (await daemons[index === 0 ? 0 : 1].send("POST", `${MODEL}/refresh`)).operation_id,
    ),
  );
  // What was asked for while one runs is one more, which waits for it.
  expect(new Set(ids).size).toBe(1);
  expect(ids).not.toContain(id);
  const { rows } = await database.query("SELECT 1 FROM operations WHERE status = 'processing'");
  expect(rows).toHaveLength(1);
  await Promise.all(daemons.map((daemon) => daemon.kill()));
  const last = await startDaemon();
  for (const one of [id, ...ids]) expect(await last.ended(one)).toMatchObject({ status: "completed" });
  expect(await last.send("GET", `${MODEL}/history`)).toHaveLength(3);
});

test.each([
  { what: "its mental model", path: MODEL, made: `${BANK}/mental-models` },
  { what: "its bank", path: BANK, made: null },
])(
  "a refresh ends when $what is deleted meanwhile, and nothing of it comes back",
  TIMEOUT,
  async ({ path, made }) => {
    const { database, startDaemon, refreshHeldAt } = await setUp();
    const daemon = await startDaemon();
    await startGarden(daemon, {});
    const { promise: deleted, resolve: release } = promiseWithResolvers();
    const id = await refreshHeldAt(daemon, "writing", deleted);
    await daemon.send("DELETE", path);
    release();
    const { status } = await daemon.ended(id);
    expect(status).toBe(made ? "failed" : "not_found");
    if (made) expect(await daemon.send("GET", made)).toMatchObject({ items: [] });
    // One of the same name has nothing of the one before.
    await startGarden(daemon, {});
    expect(await daemon.send("GET", `${MODEL}/history`)).toHaveLength(1);
    const open = await database.query("SELECT 1 FROM operations WHERE status IN ('pending', 'processing')");
    expect(open.rows).toEqual([]);
  },
);
