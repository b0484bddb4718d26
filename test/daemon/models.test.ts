import { describe, expect, test } from "vitest";
import { startModels } from "../../src/daemon/models.ts";
import { unattributed } from "../../src/remote/attribution.ts";
import { createTestDatabase } from "../support/database.ts";
import { seedMemories } from "../support/memories.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { startScriptedService } from "../support/scripted-service.ts";
import { spawnDaemon } from "./daemon-fixture.ts";

function start(variables: Record<string, string>) {
  const entries = Object.entries(variables).map(([name, value]) => [`HINDSIGHT_API_${name}`, value]);
  const logged: string[] = [];
  const logger = {
    log: (level: string, message: string, fields?: object) =>
      void logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
  };
  const options = { attribute: unattributed, testMode: true, running: () => "", logger };
  return { logged, models: startModels(Object.fromEntries(entries), options) };
}

describe("the models of a server", () => {
  test("are built in where nothing is configured", async () => {
    const models = await start({}).models;
    expect(models.languageModels.current.llm?.provider).toBe("offline");
    expect(models.embedder.provider).toBe("offline");
  });

  test("are asked whether they are there, each once, and one that is not is reported", async () => {
    const server = await startScriptedOpenAi((body) =>
      body.model === "here" ? { text: "ok" } : { status: 401 },
    );
    const { logged, models } = start({
      LLM_PROVIDER: "openai",
      LLM_API_KEY: "k",
      LLM_BASE_URL: server.baseUrl,
      LLM_MODEL: "here",
      RETAIN_LLM_MODEL: "gone",
      CONSOLIDATION_LLM_MODEL: "gone",
    });
    expect((await models).languageModels.current.llm?.model).toBe("here");
    expect(server.requests.map(({ body }) => body.model).sort()).toEqual(["gone", "here"]);
    expect(server.requests[0]?.body).not.toHaveProperty("temperature");
    expect(logged).toEqual([expect.stringMatching(/^warning a model does not answer.*openai\/gone.*401/)]);
  });

  test("are not asked where that is to be skipped", async () => {
    const server = await startScriptedOpenAi([]);
    await start({
      LLM_PROVIDER: "openai",
      LLM_API_KEY: "k",
      LLM_BASE_URL: server.baseUrl,
      SKIP_LLM_VERIFICATION: "true",
    }).models;
    expect(server.requests).toHaveLength(0);
  });

  test("must be ready in time", async () => {
    const service = await startScriptedService(() => ({ hangs: true }));
    const { models } = start({
      EMBEDDINGS_PROVIDER: "tei",
      EMBEDDINGS_TEI_URL: service.url,
      MODEL_INIT_TIMEOUT: "0.05",
    });
    await expect(models).rejects.toMatchObject({
      code: "SERVICE_UNREACHABLE",
      message: expect.stringContaining("not ready after 0.05 s"),
    });
  });

  test.each([
    [{ LLM_PROVIDER: "openai" }, "LLM_KEY_MISSING"],
    [{ LLM_PROVIDER: "psychic" }, "INVALID_OPTION"],
    [{ EMBEDDINGS_PROVIDER: "psychic" }, "INVALID_OPTION"],
    [{ RERANKER_PROVIDER: "psychic" }, "INVALID_OPTION"],
    [{ RERANKER_PROVIDER: "tei" }, "INVALID_OPTION"],
    [{ EMBEDDINGS_PROVIDER: "openai" }, "SERVICE_KEY_MISSING"],
  ])("%j is refused", async (variables, code) => {
    await expect(start(variables).models).rejects.toMatchObject({ code });
  });
});

test("a database that another embedding filled is refused", async () => {
  const { database, url } = await createTestDatabase();
  await seedMemories(database, "b", [{ text: "Bob sails." }]);
  const service = await startScriptedService(() => ({
    body: { data: [{ index: 0, embedding: [1, 0, 0] }] },
  }));
  const { reply } = spawnDaemon({
    database: { kind: "url", url },
    environment: {
      HINDSIGHT_API_LLM_PROVIDER: "none",
      HINDSIGHT_API_EMBEDDINGS_PROVIDER: "openai",
      HINDSIGHT_API_EMBEDDINGS_OPENAI_BASE_URL: service.url,
      HINDSIGHT_API_EMBEDDINGS_OPENAI_API_KEY: "k",
      HINDSIGHT_API_EMBEDDINGS_OPENAI_MODEL: "tiny",
    },
  });
  expect(await reply).toEqual({
    failed: {
      code: "EMBEDDING_DIMENSION_MISMATCH",
      message: "The database holds vectors of 384 dimensions, and the embeddings provider openai makes 3.",
    },
  });
});
