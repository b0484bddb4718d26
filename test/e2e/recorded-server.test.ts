import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { RecordedLlm } from "../../src/gateway/recorded-llm.ts";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import { chat } from "../gateway/gateway-fixture.ts";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

/** Whether a reflection sees one is a matter of time, where no test mode waits for them. */
const WITHOUT_OBSERVATIONS = { HINDSIGHT_API_ENABLE_OBSERVATIONS: "false" };

async function setUp() {
  const model = await ScriptedOpenAi.start(memoryModel);
  const directory = await mkdtemp(join(tmpdir(), "recorded-server-"));
  onTestFinished(async () => {
    await model.close();
    await rm(directory, { recursive: true, force: true });
  });
  const cassette = join(directory, "agent.jsonl");
  return { model, cassette, options: { model: "m", baseUrl: model.baseUrl, cassette } };
}

describe("a lone server", () => {
  test("replays on another database, by the real clock and with other ids", { timeout: 60_000 }, async () => {
    const { model, cassette, options } = await setUp();
    const run = async (mode: "record" | "replay") => {
      const server = await HindsightServer.start({ llm: { mode, ...options }, env: WITHOUT_OBSERVATIONS });
      try {
        const client = new HindsightClient({ baseUrl: server.url });
        await client.retain("bank", "Fact one: Ada sails.");
        const { text, based_on: basedOn } = await client.reflect("bank", "What does Ada do?", {
          includeFacts: true,
        });
        return { text, cited: basedOn?.memories?.map((memory) => memory.text), calls: server.llm?.calls() };
      } finally {
        await server.stop();
      }
    };
    const recorded = await run("record");
    expect(recorded.cited).toContain("Fact one: Ada sails.");
    expect(await readFile(cassette, "utf8")).toContain("{{clock");
    await model.close();
    const replayed = await run("replay");
    expect(replayed).toMatchObject({ text: recorded.text, cited: recorded.cited });
    expect(new Set(replayed.calls?.map(({ source }) => source))).toEqual(new Set(["cassette"]));
  });

  test("fails its stop, after all has ended, where a call had no answer", { timeout: 60_000 }, async () => {
    const { options } = await setUp();
    const server = await HindsightServer.start({ llm: { mode: "replay", ...options } });
    const client = new HindsightClient({ baseUrl: server.url });
    await expect(client.retain("bank", "Fact one: Ada sails.")).rejects.toThrow();
    await expect(server.stop()).rejects.toThrow(/LLM_MISS[\s\S]*has not been recorded yet/);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test("cannot have a provider beside it that would be asked in replay", async () => {
    const { options } = await setUp();
    for (const name of ["HINDSIGHT_API_EMBEDDINGS_PROVIDER", "HINDSIGHT_API_RETAIN_LLM_PROVIDER"]) {
      const start = HindsightServer.start({ llm: { mode: "replay", ...options }, env: { [name]: "openai" } });
      await expect(start).rejects.toThrow(new RegExp(`INVALID_OPTION.*${name}`));
    }
  });

  test("cannot be told of two providers", async () => {
    const { options } = await setUp();
    const both = HindsightServer.start({ llm: { mode: "replay", ...options }, llmProvider: "openai" });
    await expect(both).rejects.toThrow(/INVALID_OPTION.*`llm` and `llmProvider`/);
    await expect(HindsightServer.start({ llm: { mode: "replay" } })).rejects.toThrow(
      /INVALID_OPTION.*cassette/,
    );
  });
});

describe("a gateway for a program that is not ours", () => {
  const ask = (url: string, question: string) =>
    fetch(`${url}/chat/completions`, { method: "POST", body: JSON.stringify(chat(question)) });

  test("records and replays", async () => {
    const { model, options } = await setUp();
    const record = await RecordedLlm.start({ mode: "record", ...options });
    const recorded = await (
      await ask(record.url(), `It is ${new Date().toISOString()}. Fact one: x.`)
    ).json();
    await record.end();
    await model.close();
    await using replay = await RecordedLlm.start({ mode: "replay", ...options });
    const response = await ask(replay.url(), `It is ${new Date().toISOString()}. Fact one: x.`);
    expect(await response.json()).toEqual(recorded);
    expect(replay.calls()).toMatchObject([{ source: "cassette" }]);
  });

  test("writes nothing of what failed, and ends once", async () => {
    const { cassette, options } = await setUp();
    const llm = await RecordedLlm.start({ mode: "record", ...options });
    await ask(llm.url(), "Fact one: x.");
    await llm.end({ passed: false });
    await llm.end();
    await expect(readFile(cassette)).rejects.toThrow(/ENOENT/);
  });

  test("keeps the old cassette where a block throws", async () => {
    const { cassette, options } = await setUp();
    const record = await RecordedLlm.start({ mode: "record", ...options });
    await ask(record.url(), "Fact one: x.");
    await record.end();
    const before = await readFile(cassette, "utf8");
    for (const mode of ["record", "replay"] as const) {
      const failing = async () => {
        await using _llm = await RecordedLlm.start({ mode, ...options });
        throw new Error("the block's own");
      };
      await expect(failing()).rejects.toThrow("the block's own");
    }
    expect(await readFile(cassette, "utf8")).toBe(before);
  });

  test("tells what was not asked for", async () => {
    const { options } = await setUp();
    const record = await RecordedLlm.start({ mode: "record", ...options });
    await ask(record.url(), "Fact one: x.");
    await record.end();
    const replay = await RecordedLlm.start({ mode: "replay", ...options });
    await expect(replay.end()).rejects.toThrow(/CASSETTE_STALE[\s\S]*Fact one: x/);
  });
});
