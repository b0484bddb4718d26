import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Script, ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project, type RunnerName } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

/** The code under test: it asks models by the providers' own packages, and a memory. */
const AGENT = `
  const { default: OpenAI } = await import("openai");
  const { default: Anthropic } = await import("@anthropic-ai/sdk");
  const openai = new OpenAI({ baseURL: process.env.MODEL_URL, apiKey: "sk-the-agents-own" });
  const anthropic = new Anthropic({ baseURL: process.env.MODEL_URL?.replace("/v1", ""), apiKey: "sk-ant-own" });
  const ask = (content, more) =>
    openai.chat.completions.create({ model: "agent-model", messages: [{ role: "user", content }], ...more });
  const text = async (content) => (await ask(content)).choices[0].message.content;
  const streamed = async (content) => {
    const chunks = [];
    for await (const chunk of await ask(content, { stream: true })) chunks.push(chunk.choices[0]?.delta?.content ?? "");
    return chunks.filter((chunk) => chunk !== "");
  };
  const claude = async (content) => {
    const stream = anthropic.messages.stream({
      model: "claude-model", max_tokens: 9, messages: [{ role: "user", content }],
    });
    const message = await stream.finalMessage();
    return message.content[0].text;
  };
  const responses = async (input) => (await openai.responses.create({ model: "responses-model", input })).output_text;
  const origin = process.env.MODEL_URL?.replace("/v1", "");
  const post = async (url, body) => (await fetch(url, {
    method: "POST", headers: { "content-type": "application/json", "x-goog-api-key": "sk-goog-own" }, body: JSON.stringify(body),
  })).json();
  const gemini = async (text) => {
    const base = origin ?? "https://generativelanguage.googleapis.com";
    const contents = [{ role: "user", parts: [{ text }] }];
    const answer = await post(base + "/v1beta/models/gemini-model:generateContent", { contents });
    return answer.candidates[0].content.parts[0].text;
  };
  const ollama = async (content) => {
    const body = { model: "ollama-model", messages: [{ role: "user", content }], stream: false };
    return (await post((origin ?? "http://127.0.0.1:11434") + "/api/chat", body)).message.content;
  };
  const embed = async (input) =>
    (await openai.embeddings.create({ model: "embedder", input })).data.map(({ embedding }) => embedding);
`;

const SERVER = `
  const { setupServer } = await import("msw/node");
  const { recordLlm } = await import("hindsight-testkit/msw");
  const url = process.env.MODEL_URL;
  const providers = url
    ? [
        { api: "openai", baseUrl: url },
        ...["anthropic", "gemini", "ollama"].map((api) => ({ api, baseUrl: url.replace("/v1", "") })),
      ]
    : [];
  const server = setupServer(...recordLlm({ providers }));
`;

/** Before the clients are made: they keep the \`fetch\` that they find. */
const LLM = `{ mode: "replay", model: "memory-model", baseUrl: process.env.MODEL_URL, apiKey: "sk-the-memorys-own" }`;

/** Services of the memory's server that are not built in: it asks them at its start. */
const SERVICES = `
  embeddings: { provider: "openai", model: "memory-embedder", baseUrl: process.env.MODEL_URL, apiKey: "sk-embedder" },
  reranker: {
    provider: "cohere", model: "ranker", baseUrl: process.env.MODEL_URL?.replace("/v1", "/v2/rerank"), apiKey: "sk-ranker",
  },
`;

const LISTEN = `
  server.listen({ onUnhandledRequest: "error" });
  afterAll(() => server.close());
`;

function file(runner: RunnerName, tests: string, before: string): string {
  const [name, globals] = runner.startsWith("vitest") ? ["vitest", "vitest"] : ["jest", "@jest/globals"];
  return `
    import { afterAll } from "${globals}";
    import { expect, test } from "hindsight-testkit/${name}";
    ${before}${SERVER}${LISTEN}${AGENT}${tests}
  `;
}

function project(runner: RunnerName, tests: string, llm = LLM, before = "", services = ""): Project {
  const options = `{ llm: ${llm}, ${services} }`;
  return new Project(runner, {
    files: {
      "package.json": `{"type":"module"}`,
      "agent.test.mjs": file(runner, tests, before),
      ...(runner.startsWith("vitest")
        ? {
            "vitest.config.mjs": `
              import { hindsight } from "hindsight-testkit/vitest/plugin";
              import { defineConfig } from "vitest/config";
              export default defineConfig({ plugins: [hindsight(${options})], test: { maxWorkers: 1 } });
            `,
          }
        : {
            "jest.config.mjs": `
              export default {
                preset: "hindsight-testkit/jest",
                testMatch: ["**/*.test.mjs"],
                maxWorkers: 1,
                globals: { hindsight: ${options} },
              };
            `,
          }),
    },
  });
}

function run(runner: RunnerName, agent: Project, env: NodeJS.ProcessEnv = {}) {
  if (runner.startsWith("vitest")) return agent.run(["run"], env);
  // Jest loads ES modules, which msw is made of, by this alone.
  const args = runner === "jest 29" ? ["--runInBand"] : [];
  return agent.run(args, { NODE_OPTIONS: "--experimental-vm-modules", ...env });
}

/** The agent's models and the memory's behind one address. */
const models: Script = (request, n) => {
  const { path } = request;
  const { model, messages, input, stream } = request.body as {
    model: string;
    messages?: { content: string }[];
    input?: string[];
    stream?: boolean;
  };
  const asked = messages?.at(-1)?.content ?? "";
  if (path.endsWith("/embeddings")) {
    const data = (input ?? []).map((text, index) => ({
      object: "embedding",
      index,
      embedding: Buffer.from(new Float32Array([text.length, n]).buffer).toString("base64"),
    }));
    return {
      status: 200,
      body: { object: "list", data, model, usage: { prompt_tokens: 3, total_tokens: 3 } },
    };
  }
  if (path.endsWith("/rerank")) {
    const { documents } = request.body as { documents: string[] };
    const results = documents.map((text, index) => ({ index, relevance_score: 1 / text.length }));
    return { status: 200, body: { id: "r", results } };
  }
  if (path.startsWith("/v1/responses")) {
    const content = [{ type: "output_text", text: `${input} (${n})`, annotations: [] }];
    const output = [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content }];
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    return {
      status: 200,
      body: { id: "resp_1", object: "response", created_at: 1, status: "completed", model, output, usage },
    };
  }
  if (path.startsWith("/v1beta/")) {
    const { contents } = request.body as { contents: { parts: { text: string }[] }[] };
    const content = { role: "model", parts: [{ text: `${contents[0]?.parts[0]?.text} (${n})` }] };
    return {
      status: 200,
      body: { candidates: [{ index: 0, content, finishReason: "STOP" }], modelVersion: "gemini-model" },
    };
  }
  if (path === "/api/chat") {
    const message = { role: "assistant", content: `${asked} (${n})` };
    return {
      status: 200,
      body: { model, created_at: "2026-01-01T00:00:00Z", message, done: true, done_reason: "stop" },
    };
  }
  if (path.startsWith("/v1/messages")) return { stream: claudeEvents(`${asked} (${n})`) };
  if (model !== "agent-model") return memoryModel(request, n);
  if (!stream) return { content: `${asked} (${n})` };
  return { stream: openAiEvents([asked, " — ", `☕ (${n})`]) };
};

function openAiEvents(texts: string[]): string[] {
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "agent-model", choices: [{ index: 0, ...choice }] })}\n\n`;
  return [
    ...texts.map((content) => chunk({ delta: { content }, finish_reason: null })),
    chunk({ delta: {}, finish_reason: "stop" }),
    "data: [DONE]\n\n",
  ];
}

function claudeEvents(text: string): string[] {
  const event = (data: { type: string; [field: string]: unknown }) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  return [
    event({
      type: "message_start",
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-model",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
    event({ type: "content_block_stop", index: 0 }),
    event({
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 4 },
    }),
    event({ type: "message_stop" }),
  ];
}

describe.each(["vitest 4", "vitest 3", "jest 30", "jest 29"] as const)("agent and memory (%s)", (runner) => {
  test("are recorded in one cassette and replayed together, also where tests run at once", {
    timeout: 120_000,
  }, async () => {
    const provider = await ScriptedOpenAi.start(models);
    const agent = project(
      runner,
      `
        const fs = await import("node:fs");
        const told = {};
        test("chats", async ({ bank, llm }) => {
          await bank.retain("Fact one: Ann eats pears.");
          await bank.settled();
          told.recalled = (await bank.recall("What does Ann eat?")).results.map(({ text }) => text);
          told.text = await text("Hello");
          told.again = await text("Hello");
          told.streamed = await streamed("Stream");
          expect(told.streamed.length).toBe(3);
          told.claude = await claude("Bonjour");
          told.others = [await responses("Hola"), await gemini("Ciao"), await ollama("Hallo")];
          expect(told.others).toEqual(["Hola", "Ciao", "Hallo"].map((said) => expect.stringContaining(said)));
          told.vectors = await embed(["a", "bbb"]);
          const own = (await llm.calls()).filter(({ scope }) => scope === "agent");
          told.calls = own.map(({ model, status }) => model + " " + status);
          const source = process.env.MODEL_URL ? "provider" : "cassette";
          expect(own.map((call) => call.source)).toEqual(own.map(() => source));
          fs.writeFileSync(process.env.TOLD, JSON.stringify(told));
        });
        let waiting = 2;
        let go;
        const both = new Promise((resolve) => { go = resolve; });
        for (const name of ["one", "two"]) {
          test.concurrent(name, async ({ bank, llm }) => {
            waiting -= 1;
            if (waiting === 0) go();
            await both;
            expect(await text("I am " + name)).toContain("I am " + name);
            await bank.retain("Fact " + name + ": said by " + name + ".");
            expect(await claude("I am " + name)).toContain("I am " + name);
            const own = (await llm.calls()).filter(({ scope }) => scope === "agent");
            expect(own.map(({ model }) => model)).toEqual(["agent-model", "claude-model"]);
          });
        }
      `,
      LLM,
      "",
      SERVICES,
    );
    const TOLD = join(agent.directory, "told.json");
    const told = () => JSON.parse(readFileSync(TOLD, "utf8"));
    const recorded = await run(runner, agent, {
      HINDSIGHT_LLM: "record",
      MODEL_URL: provider.baseUrl,
      TOLD,
    });
    expect(recorded.exitCode, recorded.all).toBe(0);
    // Each with the key of its own.
    const keys = provider.requests.map(({ headers, body }) => {
      const { model = "gemini-model" } = body as { model?: string };
      return `${model} ${headers["x-api-key"] ?? headers.authorization ?? headers["x-goog-api-key"]}`;
    });
    expect(new Set(keys)).toEqual(
      new Set([
        "memory-model Bearer sk-the-memorys-own",
        "memory-embedder Bearer sk-embedder",
        "ranker Bearer sk-ranker",
        "agent-model Bearer sk-the-agents-own",
        "embedder Bearer sk-the-agents-own",
        "claude-model sk-ant-own",
        "responses-model Bearer sk-the-agents-own",
        "gemini-model sk-goog-own",
        "ollama-model sk-goog-own",
      ]),
    );
    await provider.close();
    const first = told();
    expect(first.calls).toEqual([
      "agent-model 200",
      "agent-model 200",
      "agent-model 200",
      "claude-model 200",
      "responses-model 200",
      "gemini-model 200",
      "ollama-model 200",
      "embedder 200",
    ]);
    expect(first.text).not.toBe(first.again);
    // Without the variable the clients ask the providers themselves.
    const replayed = await run(runner, agent, { TOLD });
    expect(replayed.exitCode, replayed.all).toBe(0);
    expect(told()).toEqual(first);
    const cassette = readFileSync(join(agent.directory, agent.find(/chats--\w+\.jsonl$/)), "utf8");
    expect(cassette).toMatch(/"scope":"agent"/);
    for (const scope of ["retain_extract_facts", "embedding", "rerank"])
      expect(cassette).toContain(`"scope":"${scope}"`);
    agent.find(/server-start--\w+\.jsonl$/);
    expect(cassette).not.toMatch(/sk-/);
  });
});

test("`auto` asks the provider for what is not recorded yet, `live` for everything, and writes nothing", {
  timeout: 120_000,
}, async () => {
  const provider = await ScriptedOpenAi.start(models);
  const agent = project(
    "vitest 4",
    `test("chats", async ({ llm }) => { expect(await text("One")).toContain("One"); });`,
  );
  const asked = async (mode: string) => {
    const before = provider.requests.length;
    const { exitCode, all } = await run("vitest 4", agent, {
      HINDSIGHT_LLM: mode,
      MODEL_URL: provider.baseUrl,
    });
    expect(exitCode, all).toBe(0);
    const bodies = provider.requests
      .slice(before)
      .map(({ body }) => body as { messages: { content: string }[] });
    return bodies.map(({ messages }) => messages.at(-1)?.content);
  };
  expect(await asked("auto")).toEqual(["One"]);
  expect(await asked("auto")).toEqual([]);
  agent.replace("agent.test.mjs", `.toContain("One");`, `.toContain("One"); await text("Two");`);
  expect(await asked("auto")).toEqual(["Two"]);
  const path = join(agent.directory, agent.find(/chats--\w+\.jsonl$/));
  const cassette = readFileSync(path, "utf8");
  expect(await asked("live")).toEqual(["One", "Two"]);
  expect(readFileSync(path, "utf8")).toBe(cassette);
  await provider.close();
});

test.each(["vitest 4", "jest 30"] as const)(
  "what is not in the cassette fails its test, also where the agent swallows it (%s)",
  { timeout: 60_000 },
  async (runner) => {
    const agent = project(
      runner,
      `
      test("swallows", async ({ llm }) => {
        await text("Never recorded").catch(() => {});
        await claude("Jamais").catch(() => {});
      });
      `,
    );
    const { all, exitCode } = await run(runner, agent);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/LLM_MISS.* 2 LLM calls had no recorded answer/);
    expect(all).toMatch(/agent asked agent-model/);
    expect(all).toMatch(/agent asked claude-model/);
    expect(all).toMatch(/HINDSIGHT_LLM=record npx/);
  },
);

test("what a provider refuses, or breaks off, comes back at once, and is not recorded", {
  timeout: 60_000,
}, async () => {
  const provider = await ScriptedOpenAi.start((request) => {
    const { messages } = request.body as { messages: { content: string }[] };
    const asked = messages[0]?.content ?? "";
    const [begun] = openAiEvents(["So", "…"]);
    if (asked === "break") return { stream: [begun ?? ""], breaksOff: true };
    if (asked === "endless") return { stream: endless(begun ?? "", request.signal) };
    return {
      status: Number(asked),
      headers: { "retry-after": "60" },
      body: { error: { message: "Not now ☕" } },
    };
  });
  async function* endless(begun: string, signal: AbortSignal) {
    yield begun;
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  const agent = project(
    "vitest 4",
    `
    test("is refused", async ({ llm }) => {
      for (const status of ["429", "500", "503", "409"]) {
        for (const ask of [text, streamed, claude]) {
          await expect(ask(status)).rejects.toMatchObject({
            status: 400,
            message: expect.stringMatching(new RegExp("answered " + status + ".*Not now ☕")),
          });
        }
      }
      await expect(text("404")).rejects.toMatchObject({ status: 404 });
      await expect(streamed("break")).rejects.toThrow();
      for await (const chunk of await ask("endless", { stream: true })) break;
      expect((await llm.calls()).every(({ source }) => source === "provider")).toBe(true);
    });
    `,
  );
  const { all, exitCode } = await run("vitest 4", agent, {
    HINDSIGHT_LLM: "record",
    MODEL_URL: provider.baseUrl,
  });
  expect(exitCode, all).toBe(0);
  // Nobody tried again, and who stops reading is heard.
  expect(provider.requests).toHaveLength(15);
  expect(provider.requests.at(-1)?.signal.aborted).toBe(true);
  await provider.close();
  expect(() => agent.find(/\.jsonl$/)).toThrow("Not one file");
});

describe("calls that msw does not see, or that cannot be told", () => {
  test("are refused with the reason, and fail their test or file", { timeout: 60_000 }, async () => {
    const agent = project(
      "vitest 4",
      `
      import { on } from "node:events";
      import { request } from "node:https";
      import { test as plain } from "vitest";
      const undici = await import("undici");
      const body = JSON.stringify({ model: "m", messages: [] });
      const URL_OF_CHAT = "https://api.openai.com/v1/chat/completions";
      const refused = (asking) => expect(asking).rejects.toMatchObject({ status: 400 });
      test("undici's fetch", async ({ llm }) => {
        const asking = undici.fetch(URL_OF_CHAT, { method: "POST", body });
        await expect(asking).rejects.toMatchObject({ cause: { message: expect.stringMatching(/llm\\.url/) } });
      });
      test("undici's request", async ({ llm }) => {
        await expect(undici.request(URL_OF_CHAT, { method: "POST", body })).rejects.toThrow(/llm\\.url/);
      });
      test("a client of before", async ({ llm }) => {
        await expect(kept(URL_OF_CHAT, { method: "POST", body })).rejects.toThrow();
      });
      test("named imports", async ({ llm }) => {
        const asking = new Promise((resolve, reject) => {
          request(URL_OF_CHAT, { method: "POST" }, resolve).once("error", reject).end(body);
        });
        await expect(asking).rejects.toThrow(/llm\\.url/);
      });
      test("a worker thread", async ({ llm }) => {
        const { Worker } = await import("node:worker_threads");
        const thread = new Worker(
          \`
            const { parentPort } = require("node:worker_threads");
            const tell = (error) => parentPort.postMessage(String(error.cause ?? error));
            fetch("\${URL_OF_CHAT}", { method: "POST", body: "{}" }).catch(tell);
            require("node:https").request("\${URL_OF_CHAT}").on("error", tell).end();
          \`,
          { eval: true },
        );
        const told = [];
        for await (const [message] of on(thread, "message")) if (told.push(message) === 2) break;
        expect(told).toEqual([expect.stringMatching(/llm\\.url/), expect.stringMatching(/llm\\.url/)]);
        await thread.terminate();
      });
      test("a text file", async ({ llm }) => {
        const response = await fetch("https://api.openai.com/v1/models.json");
        expect([response.status, response.headers.get("x-should-retry")]).toEqual([400, "false"]);
      });
      test("another API", async ({ llm }) => {
        await refused(openai.images.generate({ model: "painter", prompt: "a cat" }));
      });
      test("elsewhere on the host", async ({ llm }) => {
        expect((await fetch("https://api.openai.com/dashboard.xml")).status).toBe(400);
      });
      plain("without fixtures", () => refused(text("Who am I?")));
      let shared;
      const queue = new Promise((resolve) => { shared = resolve; }).then(() => text("Whose is this?"));
      queue.catch(() => {});
      let waiting = 2;
      for (const name of ["one", "two"]) {
        test.concurrent(name, async ({ llm }) => {
          waiting -= 1;
          if (waiting === 0) shared();
          await refused(queue);
        });
      }
      `,
      undefined,
      `const kept = globalThis.fetch;`,
    );
    const { all, exitCode } = await run("vitest 4", agent);
    expect(exitCode).toBe(1);
    const text = all ?? "";
    expect(text).toMatch(/LLM_CALL_REFUSED/);
    expect(text).not.toMatch(/LLM_MISS/);
    expect(failureOf("a worker thread", text)).toMatch(/LLM_CALL_REFUSED[\s\S]*in a worker thread/);
    for (const name of ["undici's fetch", "undici's request", "a client of before", "named imports"]) {
      expect(failureOf(name, text)).toMatch(
        /chat\/completions was called where it cannot be intercepted.*llm\.url\(\)/,
      );
    }
    expect(failureOf("a text file", text)).toMatch(
      /GET https:\/\/api\.openai\.com\/v1\/models\.json is no call/,
    );
    expect(failureOf("another API", text)).toMatch(/POST .*\/images\/generations is no call/);
    expect(failureOf("elsewhere on the host", text)).toMatch(/is not below https:\/\/api\.openai\.com\/v1/);
    const file = text.slice(text.lastIndexOf("LLM calls of the code under test had no answer"));
    expect(file).toMatch(/by a test that has no cassette/);
    expect(file).toMatch(/while several tests were running.*llm\.url\(\)/);
    expect(text).toMatch(/3 passed/);
  });
});

/** What the runner says of a failed test. */
function failureOf(name: string, all: string): string {
  const at = all.lastIndexOf(`> ${name}\n`);
  return at < 0 ? "" : all.slice(at, all.indexOf("⎯⎯", at));
}

test("without an LLM there is none for the agent either, but what the test answers", {
  timeout: 60_000,
}, async () => {
  const agent = project(
    "vitest 4",
    `
    test("asks", async ({ bank, llm }) => {
      await bank.retain("Ann eats pears.");
      await expect(text("Hello")).rejects.toMatchObject({ status: 400, message: expect.stringMatching(/offline/) });
    });
    test("answers", async ({ bank, llm }) => {
      await llm.respond("agent", ({ body }) => "You said " + body.messages.at(-1).content);
      await bank.retain("Ann eats pears.");
      expect(await text("hello")).toBe("You said hello");
      expect((await streamed("hi")).join("")).toBe("You said hi");
      expect(await claude("salut")).toBe("You said salut");
      expect(await llm.calls()).toContainEqual(expect.objectContaining({ scope: "agent", source: "test" }));
      await expect(llm.respond("agnet", "…")).rejects.toThrow(/INVALID_OPTION/);
    });
    test("answers with an error", async ({ llm }) => {
      await llm.respond("agent", () => { throw new Error("No idea"); });
      await text("hello").catch(() => {});
    });
    `,
    `"offline"`,
  );
  const { all, exitCode } = await run("vitest 4", agent);
  expect(exitCode).toBe(1);
  expect(all).toMatch(/chat\/completions has no answer in mode "offline".*llm\.respond\("agent"/);
  expect(failureOf("answers with an error", all ?? "")).toMatch(/LLM_CALL_REFUSED[\s\S]*No idea/);
  expect(all).toMatch(/2 failed \| 1 passed/);
});
