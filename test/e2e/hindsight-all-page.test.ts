/**
 * The public documentation page of hindsight-all, line by line in TypeScript: what it promises of the server, the client and the
 * namespaces, against a model of the provider that it names.
 */

import { join } from "node:path";
import { HindsightError } from "@vectorize-io/hindsight-client";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HindsightClient, HindsightServer, type StartedHindsightServer } from "../../src/index.ts";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { descendants, survivors } from "../support/processes.ts";
import { ROOT } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

/** How the built package is had by a module of either kind. */
const PACKAGE = {
  import: `await import(${JSON.stringify(new URL("../../dist/index.mjs", import.meta.url).href)})`,
  require: `require(${JSON.stringify(join(ROOT, "dist/index.cjs"))})`,
};
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
