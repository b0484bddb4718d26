import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { HindsightEmbedded } from "../../src/embedded/hindsight-embedded.ts";
import { descendants, isAlive, survivors } from "../support/processes.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { readDaemon, useOwnHome } from "./daemon/home.ts";

const TIMEOUT = { timeout: 60_000 };
const store = await useOwnHome("killed", "accepted", "taken", "closed", "at-once", "settings");

/** One on a profile of the test's own, whose daemon is stopped at its end. */
function embed(options: ConstructorParameters<typeof HindsightEmbedded>[0]): HindsightEmbedded {
  const embedded = new HindsightEmbedded(options);
  onTestFinished(() => embedded.close({ stopDaemon: true }));
  return embedded;
}

async function postgresOf(profile: string): Promise<number> {
  const { directory } = await store.get(profile);
  return JSON.parse(await readFile(join(directory, "data", "postgres.json"), "utf8")).process.pid;
}

async function texts(embedded: HindsightEmbedded, query: string): Promise<string[]> {
  return (await embedded.recall("people", query)).results.map(({ text }) => text);
}

test("what was killed is there again at the next call, with all that was stored", TIMEOUT, async () => {
  const embedded = embed({ profile: "killed", llmProvider: "offline" });
  await embedded.banks.create("people", { name: "People" });
  await embedded.retain("people", "Alice works at Google");
  const { pid } = await readDaemon(store, "killed");
  const reaperOf = (daemon: number) =>
    descendants(daemon).flatMap((child) => (/reaper/.test(child.command) ? [child.pid] : []));
  const kills: Record<string, (daemon: number, postgres: number) => number[]> = {
    postgres: (_, postgres) => [postgres],
    both: (daemon, postgres) => [daemon, postgres],
    "daemon and reaper, so that Postgres is left": (daemon) => [daemon, ...reaperOf(daemon)],
  };
  const seen = [pid];
  for (const [what, choose] of Object.entries(kills)) {
    const daemon = (await readDaemon(store, "killed")).pid;
    const postgres = await postgresOf("killed");
    const victims = choose(daemon, postgres);
    for (const victim of victims) process.kill(victim, "SIGKILL");
    expect(await survivors(victims.map((victim) => ({ pid: victim, command: what })))).toEqual([]);
    await embedded.retain("people", `After ${what} was killed, Bob moved to Paris`);
    expect(await texts(embedded, "Where does Alice work?"), what).toContainEqual(
      expect.stringContaining("Google"),
    );
    expect(await survivors([{ pid: postgres, command: what }])).toEqual([]);
    seen.push((await readDaemon(store, "killed")).pid);
  }
  expect(new Set(seen).size).toBe(seen.length);
  const { total } = await embedded.memories.list("people");
  expect(total).toBeGreaterThanOrEqual(4);
});

test("accepted work of a killed daemon is done by the next one, once", TIMEOUT, async () => {
  const { promise: answered, resolve: answer } = promiseWithResolvers();
  const facts = { json: { facts: [{ what: "Ada sails", fact_type: "world" }] } };
  const provider = await startScriptedOpenAi(() => ({ after: answered, answer: facts }));
  const embedded = embed({
    profile: "accepted",
    llmProvider: "openai",
    llmApiKey: "k",
    llmBaseUrl: provider.baseUrl,
    env: { HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true", HINDSIGHT_API_ENABLE_OBSERVATIONS: "false" },
  });
  const { operation_id: id } = await embedded.retain("people", "Ada sails.", { async: true });
  await provider.firstRequest;
  process.kill((await readDaemon(store, "accepted")).pid, "SIGKILL");
  answer();
  await vi.waitFor(
    async () => expect((await embedded.operations.get("people", String(id))).status).toBe("completed"),
    { timeout: 20_000, interval: 50 },
  );
  expect((await embedded.memories.list("people")).total).toBe(1);
});

test("a client that was taken from it is not healed, and the next call is", TIMEOUT, async () => {
  const embedded = embed({ profile: "taken" });
  const client = await embedded.client;
  await client.createBank("people");
  const { pid } = await readDaemon(store, "taken");
  process.kill(pid, "SIGKILL");
  expect(await survivors([{ pid, command: "daemon" }])).toEqual([]);
  await expect(client.recall("people", "anything")).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  expect(await embedded.isRunning()).toBe(false);
  expect((await embedded.banks.list()).banks).toHaveLength(1);
  expect(await embedded.isRunning()).toBe(true);
});

test(
  "after close() it starts nothing and calls nothing; the daemon goes on until it is to stop",
  TIMEOUT,
  async () => {
    const embedded = embed({ profile: "closed" });
    expect(await embedded.isRunning()).toBe(false);
    await embedded.createBank("people");
    const bank = embedded.bank("people");
    const { pid } = await readDaemon(store, "closed");
    await embedded.close();
    for (const use of [
      () => embedded.retain("people", "Alice"),
      () => embedded.banks.list(),
      () => bank.recall("Alice"),
      () => embedded.client,
      () => embedded.url,
    ]) {
      await expect(use()).rejects.toMatchObject({ code: "EMBEDDED_CLOSED" });
    }
    expect(await embedded.isRunning()).toBe(false);
    expect(isAlive(pid)).toBe(true);
    const postgres = await postgresOf("closed");
    await embedded.close({ stopDaemon: true });
    expect([isAlive(pid), isAlive(postgres)]).toEqual([false, false]);
  },
);

test("calls that come at once start one daemon; closing while it starts ends it too", TIMEOUT, async () => {
  const embedded = embed({ profile: "at-once" });
  const urls = await Promise.all(Array.from({ length: 8 }, () => embedded.url));
  expect(new Set(urls).size).toBe(1);
  await embedded.close({ stopDaemon: true });

  const again = embed({ profile: "at-once" });
  const url = again.url;
  await again.close({ stopDaemon: true });
  await url;
  expect(await new HindsightEmbedded({ profile: "at-once" }).isRunning()).toBe(false);
});

test(
  "only what is given goes before the profile, and what a running daemon does not have is warned of",
  TIMEOUT,
  async () => {
    await store.create("settings", {
      merge: true,
      env: { HINDSIGHT_API_LLM_PROVIDER: "none", HINDSIGHT_API_RETAIN_CHUNK_SIZE: "1234" },
    });
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));

    const wrong = new HindsightEmbedded({
      profile: "settings",
      env: { HINDSIGHT_API_EMBEDDINGS_PROVIDER: "opnai" },
    });
    await expect(wrong.banks.list()).rejects.toThrow(/opnai/);
    expect((await store.get("settings")).environment).not.toHaveProperty("HINDSIGHT_API_EMBEDDINGS_PROVIDER");

    const embedded = embed({ profile: "settings", llmProvider: "offline", apiKey: "s3cret" });
    await embedded.banks.create("people");
    const { settings } = await readDaemon(store, "settings");
    expect(Object.keys(settings)).toContain("HINDSIGHT_API_RETAIN_CHUNK_SIZE");
    const { config } = await embedded.banks.config("people");
    expect(config).toMatchObject({ retain_chunk_size: 1234 });
    // The built-in model reads, which `none` would not.
    await embedded.retain("people", "Alice works at Google");
    expect(await texts(embedded, "Where does Alice work?")).not.toEqual([]);
    // What the profile said stays, and what it lacked is added.
    expect((await store.get("settings")).environment).toMatchObject({
      HINDSIGHT_API_LLM_PROVIDER: "none",
      HINDSIGHT_API_TENANT_API_KEY: "s3cret",
    });
    expect(warnings).toEqual([]);

    const other = new HindsightEmbedded({ profile: "settings", llmModel: "another", idleTimeout: 7_000 });
    await other.banks.list();
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    expect(warnings[0]).toMatch(/HINDSIGHT_API_LLM_MODEL/);
    expect(warnings[0]).toMatch(/HINDSIGHT_API_LLM_PROVIDER/);
    expect(warnings[0]).toMatch(/idleTimeout/);
    expect(warnings[0]).not.toMatch(/another|s3cret/);
  },
);

test.each([
  [{ profile: "a/b" }, "profile"],
  [{ idleTimeout: -1 }, "idleTimeout"],
  [{ databaseUrl: "embedded" }, "databaseUrl"],
  [{ databaseUrl: "mysql://root@localhost/x" }, "databaseUrl"],
  [{ apiKey: "" }, "`apiKey` must be"],
  [{ apiKey: "from a file\n" }, "`apiKey` must be"],
  [{ env: { PATH: "x" } }, "PATH"],
  [{ startTimeout: 0 }, "startTimeout"],
  [{ startTimeout: 2 ** 31 }, "startTimeout"],
  [{ idle_timeout: 5 }, "idle_timeout"],
])("refuses %j", (options, name) => {
  expect(() => new HindsightEmbedded(options as object)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION", what: expect.stringContaining(name) }),
  );
});
