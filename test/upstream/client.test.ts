import { afterAll, beforeAll } from "vitest";
import { HindsightClient } from "../../src/client/hindsight-client.ts";
import { describeNamespaces } from "../client/namespace-suite.ts";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { settled } from "./memories.ts";
import { scriptedModels } from "./scripted-models.ts";
import { startUpstream, type UpstreamServer } from "./upstream-server.ts";

/** The namespaces of the client on upstream's own server, which does not take a mental model's text. */
let models: ScriptedOpenAi;
let upstream: UpstreamServer;
beforeAll(async () => {
  models = await ScriptedOpenAi.start(scriptedModels);
  upstream = await startUpstream({ openai: models.baseUrl, tei: models.baseUrl });
}, 300_000);
afterAll(async () => {
  await upstream?.stop();
  await models?.close();
});

describeNamespaces(() => {
  const client = new HindsightClient({ baseUrl: upstream.url });
  return {
    client,
    settled: (bankId) =>
      settled(async () => {
        const { operations } = await client.operations.list(bankId, { limit: 100 });
        return operations.every(({ status }) => status !== "pending" && status !== "processing");
      }),
    takesContent: false,
  };
});
