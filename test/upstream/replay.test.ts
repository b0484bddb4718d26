import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { LlmGateway } from "../../src/gateway/gateway.ts";
import type { GatewayTest } from "../../src/gateway/gateway-test.ts";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { useMemory } from "./memories.ts";
import { scriptedModels } from "./scripted-models.ts";
import { startUpstream } from "./upstream-server.ts";

const MINUTE_MS = 60_000;

/** A whole run of upstream's server on a fresh database, from its start on. */
async function runUpstream(mode: "record" | "replay", cassette: string) {
  const gateway = await LlmGateway.start();
  const provider = mode === "record" ? await ScriptedOpenAi.start(scriptedModels) : undefined;
  const models = { openai: gateway.baseUrl("1", "openai"), tei: gateway.baseUrl("1", "tei") };
  const upstreams: GatewayTest["upstreams"] = provider
    ? {
        llm: { provider: "openai", baseUrl: provider.baseUrl },
        embeddings: { provider: "openai", baseUrl: provider.baseUrl },
        reranker: { provider: "tei", baseUrl: provider.baseUrl },
      }
    : {};
  try {
    const asked = { slot: "1", sandboxId: null };
    const command = "npm run test:upstream";
    await gateway.beginTest({
      ...asked,
      mode,
      cassette,
      testName: "upstream's server",
      recordCommand: command,
      upstreams,
    });
    const server = await startUpstream(models);
    const done = await useMemory(server.url)
      .then((texts) => ({ texts, error: undefined }))
      .catch((error: unknown) => ({ texts: undefined, error }))
      .finally(() => server.stop());
    const outcome = await gateway.endTest({ ...asked, passed: done.error === undefined });
    // A call that failed for want of an answer says less than the miss itself.
    expect(outcome.misses.map(({ report }) => report)).toEqual([]);
    if (done.error !== undefined) throw done.error;
    return { texts: done.texts, outcome, unattributed: gateway.takeUnattributed("1") };
  } finally {
    await provider?.close();
    await gateway.close();
  }
}

/** The clock in prompts is written to the minute. */
async function nextMinute(): Promise<void> {
  await delay(MINUTE_MS - (Date.now() % MINUTE_MS));
}

test("upstream's server replays a retain, a consolidation and a reflect on a fresh database, at other times", async () => {
  const kept = process.env.UPSTREAM_CASSETTES;
  const directory = kept ?? (await mkdtemp(join(tmpdir(), "upstream-")));
  if (kept === undefined) onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const cassette = join(directory, "upstream.jsonl");

  if (!existsSync(cassette)) {
    const { outcome } = await runUpstream("record", cassette);
    expect(outcome.written).toBe(cassette);
  }
  for (let time = 1; time <= 2; time++) {
    await nextMinute();
    const { texts, outcome, unattributed } = await runUpstream("replay", cassette);
    expect(outcome.unused).toEqual([]);
    expect(unattributed).toEqual([]);
    expect(outcome.calls.every(({ source }) => source === "cassette")).toBe(true);
    expect(texts).toEqual({
      facts: ["Jonas bakes bread.", "Mara repairs boats in Kiel now.", "Mara repairs boats."],
      observations: [
        { text: "It is known: Jonas bakes bread.", sources: ["Jonas bakes bread."] },
        {
          text: "It is known: Mara repairs boats in Kiel now.",
          sources: ["Mara repairs boats in Kiel now.", "Mara repairs boats."],
        },
      ],
      recalled: expect.arrayContaining(["Mara repairs boats."]),
      answer: "Mara repairs boats in Kiel.",
      basedOn: [
        "observation: It is known: Mara repairs boats in Kiel now.",
        "world: Mara repairs boats in Kiel now.",
      ],
    });
  }
});
