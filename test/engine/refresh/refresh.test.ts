import { describe, expect, test } from "vitest";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { startApp } from "../../http/app-fixture.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { type RequestBody, type ScriptedAnswer, startScriptedOpenAi } from "../../support/scripted-openai.ts";

const BANK = "/v1/default/banks/garden";
const MODEL = `${BANK}/mental-models/trees`;
const DOCUMENT = { sections: [{ heading: "Trees", level: 2, blocks: ["Quinces grow."] }] };
const ADD_FIGS = { operations: [{ op: "append_block", section_id: "trees", text: "Figs failed." }] };

/** How the model writes: all of a text, and the changes of one. */
interface Writer {
  document?: () => unknown;
  operations?: (prompt: string) => ScriptedAnswer;
}

/** Searches where it is made to, and then writes. */
function answer({ tools, messages }: RequestBody, { document, operations }: Writer): ScriptedAnswer {
  if (!tools) return operations?.(messages.at(-1)?.content ?? "") ?? { json: { operations: [] } };
  const [only] = tools.map((tool) => tool.function.name);
  if (tools.length > 1) return { tools: [{ name: "answer_ready", arguments: { answer_found: true } }] };
  if (only !== "done")
    return { tools: [{ name: only ?? "", arguments: { query: "what grows in the garden" } }] };
  return { tools: [{ name: "done", arguments: { document: document?.() ?? DOCUMENT } }] };
}

/** A bank with one fact, and a mental model that was not refreshed yet. The clock stands still. */
async function start(writer: Writer, trigger: object = { mode: "delta" }) {
  const provider = await startScriptedOpenAi((request) => answer(request, writer));
  const llm = createChatModel(
    { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
    { attribute: false },
  );
  const app = await startApp({ llm, environment: { HINDSIGHT_API_WORKER_MAX_RETRIES: "0" } });
  const { context, worker } = app.engine;
  const settled = () =>
    waitUntilSettled(
      context,
      worker.changes,
      { sandboxId: "" },
      { signal: new AbortController().signal, timeoutMs: 20_000 },
    );
  const retain = async (content: string) => {
    await app.send("POST", `${BANK}/memories`, { items: [{ content, document_id: content }] });
    await settled();
  };
  const refresh = async () => {
    const { body } = await app.send("POST", `${MODEL}/refresh`);
    await settled();
    return (await app.send("GET", `${BANK}/operations/${body.operation_id}`)).body;
  };
  const model = async () => (await app.send("GET", MODEL)).body;
  const updates = { retain_extraction_mode: "chunks", enable_observations: false };
  await app.send("PATCH", `${BANK}/config`, { updates });
  await retain("Quinces grow in the garden.");
  const body = { id: "trees", name: "Trees", source_query: "What grows?", trigger };
  await app.send("POST", `${BANK}/mental-models`, body);
  await settled();
  return { app, provider, retain, refresh, model, settled };
}

describe("a refresh", () => {
  test("writes all of a text first, and then changes it by what is new, while the clock stands still", async () => {
    const prompts: string[] = [];
    const operations = (prompt: string) => {
      prompts.push(prompt);
      return { json: ADD_FIGS };
    };
    const { model, retain, refresh } = await start({ operations });
    expect(await model()).toMatchObject({ content: "## Trees\n\nQuinces grow.\n", is_stale: false });
    expect((await refresh()).details.outcome).toBe("content_preserved_no_new_facts");
    await retain("The figs in the garden failed.");
    expect((await model()).is_stale).toBe(true);
    expect((await refresh()).details.outcome).toBe("content_written");
    expect(prompts).toHaveLength(1);
    expect(prompts[0]).toContain("The figs in the garden failed.");
    expect(prompts[0]).not.toContain("Quinces grow in the garden.");
    const refreshed = await model();
    expect(refreshed).toMatchObject({
      content: "## Trees\n\nQuinces grow.\n\nFigs failed.\n",
      is_stale: false,
    });
    expect(refreshed.reflect_response.based_on.world.map(({ text }: { text: string }) => text)).toEqual([
      "The figs in the garden failed.",
      "Quinces grow in the garden.",
    ]);
    expect((await refresh()).details.outcome).toBe("content_preserved_no_new_facts");
  });

  test("leaves what is written meanwhile to the next one", async () => {
    let meanwhile = async () => {};
    const { app, model, settled } = await start({}, { mode: "full" });
    const { reflectLlm } = app.engine.context;
    app.engine.context.reflectLlm = reflectLlm && {
      ...reflectLlm,
      provider: reflectLlm.provider,
      model: reflectLlm.model,
      complete: async (request, signal) => {
        await meanwhile();
        return reflectLlm.complete(request, signal);
      },
    };
    meanwhile = async () => {
      meanwhile = async () => {};
      await app.send("POST", `${BANK}/memories`, { items: [{ content: "A garden hedge was planted." }] });
    };
    await app.send("POST", `${MODEL}/refresh`);
    await settled();
    const refreshed = await model();
    expect(refreshed.reflect_response.based_on.world).toHaveLength(1);
    expect(refreshed.is_stale).toBe(true);
  });

  test("that fails leaves the text, says why, and is seen in the history", async () => {
    const { model, retain, refresh, app } = await start({ operations: () => ({ text: "Nothing to do." }) });
    await retain("The figs in the garden failed.");
    expect(await refresh()).toMatchObject({
      status: "failed",
      details: { outcome: "refresh_failed_delta_not_applied", failure_reason: "delta_ops_failed" },
    });
    expect(await model()).toMatchObject({
      content: "## Trees\n\nQuinces grow.\n",
      is_stale: true,
      last_refresh_failed_at: expect.any(String),
      reflect_response: { refresh_skipped: "delta_ops_failed" },
    });
    const { body } = await app.send("GET", `${MODEL}/history`);
    expect(body.map(({ kind = "written" }) => kind)).toEqual(["refresh_failed", "written"]);
    // What the changes did not fit is gone: nothing says that it would fail again.
    expect((await app.send("POST", `${MODEL}/clear`)).body).toMatchObject({ last_refresh_failed_at: null });
  });

  test("of a mental model that is deleted meanwhile stores nothing", async () => {
    const { app, retain, refresh } = await start({
      operations: () => ({ after: app.send("DELETE", MODEL), answer: { json: ADD_FIGS } }),
    });
    await retain("The figs in the garden failed.");
    expect(await refresh()).toMatchObject({
      status: "failed",
      error_message: expect.stringContaining("not found"),
    });
    expect((await app.send("GET", MODEL)).status).toBe(404);
  });

  test("keeps characters that cannot be stored out of the text", async () => {
    const block = "Quinces\u0000 grow \ud800well.";
    const { model } = await start({
      document: () => ({ sections: [{ heading: "Trees", level: 2, blocks: [block] }] }),
    });
    expect((await model()).content).toBe("## Trees\n\nQuinces grow well.\n");
  });
});

test("a dry run tells what would be written, and writes nothing", async () => {
  const { app, retain, model } = await start({ operations: () => ({ json: ADD_FIGS }) });
  await retain("The figs in the garden failed.");
  const before = await model();
  const { body } = await app.send("POST", `${MODEL}/dry-run-refresh`);
  expect(body).toMatchObject({
    effective_mode: "delta",
    outcome: "content_written",
    facts: { retrieved: { world: 1 }, used: { world: 1 } },
    diff: "--- current\n+++ preview\n@@ -1,3 +1,5 @@\n ## Trees\n \n Quinces grow.\n+\n+Figs failed.",
  });
  expect(await model()).toEqual(before);
});

test("facts that are gone are taken out of the text, also where nothing is new", async () => {
  let withdrawn = "";
  const operations = (prompt: string): ScriptedAnswer => {
    withdrawn = prompt;
    return { text: JSON.stringify({ operations: [{ op: "remove_section", section_id: "losses" }] }) };
  };
  const { app, retain, refresh, model, settled } = await start({
    operations,
    document: () => ({
      sections: [...DOCUMENT.sections, { heading: "Losses", level: 2, blocks: ["Figs."] }],
    }),
  });
  await retain("The figs in the garden failed.");
  await app.send("POST", `${MODEL}/clear`);
  await refresh();
  // As if it had been consolidated: facts that wait for that may come back under another id.
  await app.engine.context.database.query("UPDATE memory_units SET consolidated_at = now()");
  await app.send("DELETE", `${BANK}/documents/${encodeURIComponent("The figs in the garden failed.")}`);
  await settled();
  expect((await refresh()).details.outcome).toBe("content_written");
  expect(withdrawn).toContain("The figs in the garden failed.");
  const { content, reflect_response } = await model();
  expect(content).toBe("## Trees\n\nQuinces grow.\n");
  expect(reflect_response.based_on.world).toHaveLength(1);
});
