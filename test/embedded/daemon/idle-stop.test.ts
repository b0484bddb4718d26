import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { HindsightEmbedded } from "../../../src/embedded/hindsight-embedded.ts";
import { isAlive, survivors } from "../../support/processes.ts";
import { promiseWithResolvers } from "../../support/promise.ts";
import { startScriptedOpenAi } from "../../support/scripted-openai.ts";
import { readDaemon, useOwnHome } from "./home.ts";

const TIMEOUT = { timeout: 60_000 };
const IDLE_MS = 400;
const store = await useOwnHome("unused", "open", "working", "lasting");

/** A profile whose model answers when it is told to. */
async function setUp(profile: string) {
  const { promise: answered, resolve: answer } = promiseWithResolvers();
  const facts = { json: { facts: [{ what: "Ada sails", fact_type: "world" }] } };
  const provider = await startScriptedOpenAi(() => ({ after: answered, answer: facts }));
  const embedded = new HindsightEmbedded({
    profile,
    llmProvider: "openai",
    llmApiKey: "k",
    llmBaseUrl: provider.baseUrl,
    idleTimeout: IDLE_MS,
    env: { HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true", HINDSIGHT_API_ENABLE_OBSERVATIONS: "false" },
  });
  return { embedded, provider, answer };
}

/** That nothing happens is no event: it is given several times what it would take. */
async function expectAlive(pid: number): Promise<void> {
  await delay(5 * IDLE_MS);
  expect(isAlive(pid)).toBe(true);
}

test(
  "a daemon that nobody uses ends, with its Postgres, and the next call starts another",
  TIMEOUT,
  async () => {
    const embedded = new HindsightEmbedded({ profile: "unused", idleTimeout: IDLE_MS });
    await embedded.retain("people", "Alice works at Google");
    const { pid } = await readDaemon(store, "unused");
    const { directory } = await store.get("unused");
    const noted = JSON.parse(await readFile(join(directory, "data/postgres.json"), "utf8"));
    // To look for it is no use of it.
    while (await embedded.isRunning()) await delay(50);
    expect(
      await survivors([
        { pid, command: "daemon" },
        { pid: noted.process.pid, command: "postgres" },
      ]),
    ).toEqual([]);
    await expect(readDaemon(store, "unused")).rejects.toThrow();
    expect(await readFile(join(directory, "daemon.log"), "utf8")).toMatch(
      / info idle ms=400\n.* info stopping /,
    );
    expect((await embedded.memories.list("people")).total).toBeGreaterThan(0);
  },
);

test("an open request is a use of it", TIMEOUT, async () => {
  const { embedded, provider, answer } = await setUp("open");
  const retained = embedded.retain("people", "Ada sails.");
  await provider.firstRequest;
  const { pid } = await readDaemon(store, "open");
  await expectAlive(pid);
  answer();
  expect(await retained).toMatchObject({ success: true });
  expect(await survivors([{ pid, command: "daemon" }])).toEqual([]);
});

test("work that was accepted is a use of it", TIMEOUT, async () => {
  const { embedded, provider, answer } = await setUp("working");
  await embedded.retain("people", "Ada sails.", { async: true });
  await provider.firstRequest;
  const { pid } = await readDaemon(store, "working");
  await expectAlive(pid);
  answer();
  expect(await survivors([{ pid, command: "daemon" }])).toEqual([]);
  expect((await embedded.memories.list("people")).total).toBe(1);
});

test("without a timeout it does not end by itself", TIMEOUT, async () => {
  const embedded = new HindsightEmbedded({ profile: "lasting", idleTimeout: 0 });
  await embedded.banks.create("people");
  await expectAlive((await readDaemon(store, "lasting")).pid);
});
