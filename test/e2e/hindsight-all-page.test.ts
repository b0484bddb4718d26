/**
 * The public documentation page of hindsight-all, line by line in TypeScript: what it promises of the server, the client, its
 * namespaces and what manages itself, against a model of the provider that it names.
 */

import { join } from "node:path";
import { HindsightError } from "@vectorize-io/hindsight-client";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  HindsightClient,
  HindsightEmbedded,
  HindsightServer,
  type StartedHindsightServer,
  withHindsightServer,
} from "../../src/index.ts";
import { readDaemon, useOwnHome } from "../embedded/daemon/home.ts";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { descendants, survivors } from "../support/processes.ts";
import { ROOT } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

/** How the built package is had by a module of either kind. */
const PACKAGE = {
  import: `await import(${JSON.stringify(new URL("../../dist/index.mjs", import.meta.url).href)})`,
  require: `require(${JSON.stringify(join(ROOT, "dist/index.cjs"))})`,
};
const LONG = { timeout: 60_000 };
const store = await useOwnHome();

let provider: ScriptedOpenAi;
beforeAll(async () => {
  provider = await ScriptedOpenAi.start(memoryModel);
});
afterAll(() => provider?.close());

const options = () => ({
  llmProvider: "openai",
  llmModel: "gpt-4o-mini",
  llmApiKey: "sk-page",
  llmBaseUrl: provider.baseUrl,
});

describe("HindsightServer", () => {
  test("runs within its block, has a URL, and is gone with all its processes at the end", async () => {
    let started: { pid: number; command: string }[];
    {
      await using server = await HindsightServer.start(options());
      expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(server.pid).not.toBe(process.pid);
      started = [{ pid: server.pid, command: "daemon" }, ...descendants(server.pid)];
      const client = new HindsightClient({ baseUrl: server.url });
      await client.retain("my-bank", "Fact one: Alice works at Google.");
      const { results } = await client.recall("my-bank", "Where does Alice work?");
      expect(results.map(({ text }) => text).join("\n")).toMatch(/Alice works at Google/);
      expect((await client.reflect("my-bank", "Where does Alice work?")).text).toMatch(/\w/);
    }
    expect(provider.requests.some(({ headers }) => headers.authorization === "Bearer sk-page")).toBe(true);
    expect(await survivors(started)).toEqual([]);
  });
});

test("withHindsightServer is the context manager where a block of `await using` cannot be", async () => {
  const { pid, answer } = await withHindsightServer(options(), async (server) => {
    const client = new HindsightClient({ baseUrl: server.url });
    await client.retain("my-bank", "Fact one: Alice works at Google.");
    return { pid: server.pid, answer: await client.reflect("my-bank", "Where does Alice work?") };
  });
  expect(answer.text).toMatch(/\w/);
  expect(await survivors([{ pid, command: "daemon" }])).toEqual([]);
});

describe("HindsightClient", () => {
  let server: StartedHindsightServer;
  let client: HindsightClient;
  beforeAll(async () => {
    server = await HindsightServer.start({ ...options(), testMode: true });
    client = new HindsightClient({ baseUrl: server.url });
  });
  afterAll(() => server?.stop());

  test("banks: create, set_mission, set_disposition, delete", async () => {
    await client.banks.create("test", { name: "Test Bank", mission: "Help users" });
    await client.banks.setMission("test", "Updated mission");
    await client.banks.setDisposition("test", { skepticism: 4, literalism: 2, empathy: 5 });
    expect(await client.banks.get("test")).toMatchObject({
      name: "Test Bank",
      mission: "Updated mission",
      disposition: { skepticism: 4, literalism: 2, empathy: 5 },
    });
    await client.banks.delete("test");
    await expect(client.banks.get("test")).rejects.toBeInstanceOf(HindsightError);
  });

  test("mental_models: create with content, list, get, refresh, update, delete", async () => {
    const { mentalModels } = client;
    const content = "User prefers dark mode";
    const { mental_model_id: id } = await mentalModels.create("models", {
      name: "User Preferences",
      content,
    });
    expect((await mentalModels.list("models")).items.map((model) => model.name)).toEqual([
      "User Preferences",
    ]);
    expect((await mentalModels.get("models", id)).content).toBe(content);
    await mentalModels.update("models", id, { sourceQuery: "What does the user prefer?" });
    await mentalModels.refresh("models", id);
    await server.test.settled({ bank: "models" });
    // Nothing is known yet that would change it.
    expect((await mentalModels.get("models", id)).content).toBe(content);
    await mentalModels.delete("models", id);
    expect((await mentalModels.list("models")).items).toEqual([]);
  });

  test("mental_models: create with source_query", async () => {
    const { mentalModels } = client;
    await client.retain("asked", "Fact two: Ada sails every day.");
    await server.test.settled({ bank: "asked" });
    const made = await mentalModels.create("asked", { name: "Sailing", sourceQuery: "What does Ada do?" });
    await server.test.settled({ bank: "asked" });
    expect(await client.operations.get("asked", made.operation_id ?? "")).toMatchObject({
      status: "completed",
    });
    expect((await mentalModels.get("asked", made.mental_model_id)).content).toMatch(/\w/);
  });

  test("directives: create, list, get, update, delete", async () => {
    const { directives } = client;
    await client.banks.create("directed");
    const { id } = await directives.create("directed", { name: "Tone", content: "Be polite" });
    expect((await directives.list("directed")).items).toMatchObject([{ id, name: "Tone" }]);
    expect(await directives.get("directed", id)).toMatchObject({ content: "Be polite" });
    expect(await directives.update("directed", id, { content: "Be brief" })).toMatchObject({
      content: "Be brief",
    });
    await directives.delete("directed", id);
    expect((await directives.list("directed")).items).toEqual([]);
  });

  test("memories: list by type, with a limit", async () => {
    await client.retain("listed", "Fact three: Bo bakes bread.");
    const { items } = await client.memories.list("listed", { type: "world", limit: 50 });
    expect(items).toMatchObject([{ fact_type: "world", text: expect.stringMatching(/Bo bakes bread/) }]);
  });

  test.each(["import", "require"] as const)("is the same of the built package by %s", async (kind) => {
    const program = `
      const main = async () => {
        const { HindsightClient, RequestError, TestkitError } = ${PACKAGE[kind]};
        const { HindsightError } = ${kind === "import" ? "await import" : "require"}("@vectorize-io/hindsight-client");
        const client = new HindsightClient({ baseUrl: ${JSON.stringify(server.url)} });
        await client.banks.create("${kind}", { name: "By ${kind}" });
        console.log((await client.bank("${kind}").get()).name);
        const error = await client.banks.get("no-such").catch((reason) => reason);
        console.log([HindsightError, RequestError].every((its) => error instanceof its), TestkitError.is(error));
      };
      main();`;
    const type = kind === "import" ? "module" : "commonjs";
    const { stdout } = await execa(process.execPath, [`--input-type=${type}`, "-e", program], { cwd: ROOT });
    expect(stdout).toBe(`By ${kind}\ntrue true`);
  });
});

describe("HindsightEmbedded", () => {
  test(
    "starts a daemon at the first call, heals it through the namespaces, and stops it when closed so",
    LONG,
    async () => {
      const embedded = new HindsightEmbedded({ profile: "myapp", ...options() });
      onTestFinished(() => embedded.close({ stopDaemon: true }));
      expect(await embedded.isRunning()).toBe(false);
      await embedded.retain("my-bank", "Fact four: Alice works at Google.");
      expect(await embedded.isRunning()).toBe(true);
      const { results } = await embedded.recall("my-bank", "Where does Alice work?");
      expect(results.map(({ text }) => text).join("\n")).toMatch(/Alice works at Google/);
      expect((await embedded.reflect("my-bank", "Where does Alice work?")).text).toMatch(/\w/);

      await embedded.banks.create("test", { name: "Test", mission: "Help users" });
      await embedded.banks.setMission("test", "Updated mission");
      const content = "User prefers dark mode";
      await embedded.mentalModels.create("test", { name: "User Preferences", content });
      expect((await embedded.mentalModels.list("test", { detail: "content" })).items).toMatchObject([
        { content },
      ]);
      await embedded.directives.create("test", { name: "Tone", content: "Be polite" });
      expect((await embedded.directives.list("test")).items).toHaveLength(1);
      expect((await embedded.memories.list("my-bank", { type: "world", limit: 50 })).total).toBe(1);

      const client = await embedded.client;
      await client.createBank("by-client");
      const killed = await readDaemon(store, "myapp");
      process.kill(killed.pid, "SIGKILL");
      expect(await survivors([{ pid: killed.pid, command: "daemon" }])).toEqual([]);
      // What was taken from it knows an address alone; the namespaces see to the daemon.
      await expect(client.createBank("by-client")).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
      expect((await embedded.banks.get("test")).mission).toBe("Updated mission");
      await (await embedded.client).createBank("by-client");
      await embedded.banks.delete("test");

      const { pid } = await readDaemon(store, "myapp");
      const started = [{ pid, command: "daemon" }, ...descendants(pid)];
      await embedded.close({ stopDaemon: true });
      expect(await survivors(started)).toEqual([]);
      await expect(embedded.banks.list()).rejects.toMatchObject({ code: "EMBEDDED_CLOSED" });
    },
  );

  test("keeps profiles apart: each has a database and a server of its own", LONG, async () => {
    const [one, other] = ["one", "other"].map((profile) => new HindsightEmbedded({ profile, ...options() }));
    if (!one || !other) throw new Error("There are two.");
    onTestFinished(async () => {
      await Promise.all([one, other].map((embedded) => embedded.close({ stopDaemon: true })));
    });
    await Promise.all([one.banks.create("bank", { name: "Of one" }), other.banks.list()]);
    expect(await one.url).not.toBe(await other.url);
    expect((await other.banks.list()).banks).toEqual([]);
    const [first, second] = await Promise.all(["one", "other"].map((profile) => store.get(profile)));
    expect(first?.directory).not.toBe(second?.directory);
  });

  test("stops by itself when nobody has used it for a while", LONG, async () => {
    const embedded = new HindsightEmbedded({ profile: "idle", ...options(), idleTimeout: 500 });
    onTestFinished(() => embedded.close({ stopDaemon: true }));
    await embedded.banks.create("bank");
    const { pid } = await readDaemon(store, "idle");
    expect(await survivors([{ pid, command: "daemon" }, ...descendants(pid)])).toEqual([]);
    expect((await embedded.banks.get("bank")).name).toBe("bank");
  });
});
