import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { type Script, ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project, ROOT, type RunnerName } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const NODE_VERSION = process.env.MATRIX_NODE_VERSION;

/** The agent's model and the memory's behind one address; each answer of the agent's is another. */
const models: Script = (request, n) => {
  const { model, messages, stream } = request.body as {
    model: string;
    messages: { content: string }[];
    stream?: boolean;
  };
  if (model !== "agent-model") return memoryModel(request, n);
  const content = `${messages.at(-1)?.content} (${n})`;
  if (!stream) return { content };
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model, choices: [{ index: 0, ...choice }] })}\n\n`;
  const events = [...content].map((letter) => chunk({ delta: { content: letter }, finish_reason: null }));
  return { stream: [...events, chunk({ delta: {}, finish_reason: "stop" }), "data: [DONE]\n\n"] };
};

const tests = (runner: RunnerName) => {
  const [preset, globals, failing] = runner.startsWith("vitest")
    ? ["vitest", "vitest", "fails"]
    : ["jest", "@jest/globals", "failing"];
  return `
    import { writeFileSync } from "node:fs";
    import { afterAll } from "${globals}";
    import { setupServer } from "msw/node";
    import { expect, test } from "hindsight-testkit/${preset}";
    import { recordLlm } from "hindsight-testkit/msw";

    const baseURL = process.env.MODEL_URL ?? "https://api.openai.com/v1";
    const server = setupServer(...recordLlm({ providers: [{ api: "openai", baseUrl: baseURL }] }));
    server.listen({ onUnhandledRequest: "error" });
    afterAll(() => server.close());
    const { default: OpenAI } = await import("openai");
    const openai = new OpenAI({ baseURL, apiKey: "sk-the-agents-own", maxRetries: 0 });
    const ask = (content, more) =>
      openai.chat.completions.create({ model: "agent-model", messages: [{ role: "user", content }], ...more });

    test("runs on the matrix's Node", async ({ bank, llm }) => {
      expect(process.version).toBe(${JSON.stringify(NODE_VERSION)});
      await bank.retain("Fact one: Ann eats pears.");
      await bank.settled();
      const chunks = [];
      for await (const chunk of await ask("stream", { stream: true })) chunks.push(chunk.choices[0]?.delta?.content ?? "");
      const told = {
        recalled: (await bank.recall("What does Ann eat?")).results.map(({ text }) => text),
        answer: (await ask("Hello")).choices[0].message.content,
        chunks,
        scopes: (await llm.calls()).map(({ scope }) => scope),
      };
      expect(told.recalled).toContainEqual(expect.stringContaining("Ann eats pears"));
      writeFileSync("told.json", JSON.stringify(told));
    });

    for (const name of ["one", "two"]) {
      test.concurrent(name, async ({ bank }) => {
        await bank.retain("Fact " + name + ": said by " + name + ".", { async: true });
        expect((await ask("I am " + name)).choices[0].message.content).toContain("I am " + name);
      });
    }

    test.${failing}("fails as expected", async ({ bank }) => {
      await bank.retain("Fact two: Ben eats " + (process.env.EATS ?? "plums") + ".").catch(() => {});
      expect("plums").toBe("pears");
    });
  `;
};

function project(runner: RunnerName): Project {
  const options = `{ llm: { mode: "replay", model: "m", baseUrl: process.env.MODEL_URL } }`;
  return new Project(runner, {
    files: {
      "package.json": `{"type":"module"}`,
      "agent.test.mjs": tests(runner),
      ...(runner.startsWith("vitest")
        ? {
            "vitest.config.mjs": `
              import { hindsight } from "hindsight-testkit/vitest/plugin";
              export default { plugins: [hindsight(${options})] };
            `,
          }
        : {
            "jest.config.mjs": `
              export default {
                preset: "hindsight-testkit/jest", testMatch: ["**/*.test.mjs"], globals: { hindsight: ${options} },
              };
            `,
          }),
    },
  });
}

test("agent and memory are recorded behind msw 3 and replayed (vitest 5)", async () => {
  const provider = await ScriptedOpenAi.start(models);
  onTestFinished(() => provider.close());
  const agent = project("vitest 5");
  const run = (env: NodeJS.ProcessEnv, ...more: string[]) => agent.run(["run", ...more], env);
  const told = () => JSON.parse(readFileSync(join(agent.directory, "told.json"), "utf8"));
  const recorded = await run({ HINDSIGHT_LLM: "record", MODEL_URL: provider.baseUrl });
  expect(recorded.exitCode, recorded.all).toBe(0);
  const first = told();
  expect(first.scopes.filter((scope: string) => scope === "agent")).toHaveLength(2);
  await provider.close();
  const replayed = await run({});
  expect(replayed.exitCode, replayed.all).toBe(0);
  expect(told()).toEqual(first);
  const missed = await run({ EATS: "figs" }, "-t", "fails as expected");
  expect(missed.exitCode, missed.all).toBe(1);
  expect(missed.all).toMatch(/LLM_MISS[\s\S]*Ben eats figs/);
});

test("msw 3 is refused where it does not see calls (jest 30)", async () => {
  const { all, exitCode } = await project("jest 30 on node 24").run([], {
    NODE_OPTIONS: "--experimental-vm-modules",
  });
  expect(exitCode, all).toBe(1);
  expect(all).toMatch(/INVALID_OPTION.*msw 3 does not see what is called in Jest/);
});

test("what msw 3 does not see is refused before it reaches the network, and fails its test (vitest 5)", async () => {
  const provider = await ScriptedOpenAi.start(models);
  onTestFinished(() => provider.close());
  const agent = project("vitest 5");
  const [head = "", rest = ""] = tests("vitest 5").split("const server = setupServer");
  agent.write(
    "agent.test.mjs",
    `${head}
      import { request } from "node:http";
      import * as undici from "undici";
      const kept = globalThis.fetch;
      const chat = baseURL + "/chat/completions";
      const call = (content) =>
        ({ method: "POST", body: JSON.stringify({ model: "agent-model", messages: [{ role: "user", content }] }) });
      // These connections stay open.
      const before = await kept(chat, call("before"));
      await before.text();
      const pool = new undici.Pool(new URL(baseURL).origin);
      await (await pool.request({ path: "/v1/chat/completions", ...call("before, by a pool") })).body.text();
      const server = setupServer${rest.split('test("runs on')[0]}
      const refused = (asking) => expect(asking).rejects.toThrow(/llm\\.url/);
      const refusedFetch = (asking) =>
        expect(asking).rejects.toMatchObject({ cause: { message: expect.stringMatching(/llm\\.url/) } });
      test("an open connection", async ({ llm }) => {
        await refusedFetch(kept(chat, call("no: open")));
      });
      test("an open connection of a pool", async ({ llm }) => {
        await refused(pool.request({ path: "/v1/chat/completions", ...call("no: pool") }));
      });
      test("undici's fetch", async ({ llm }) => {
        await refusedFetch(undici.fetch(chat, call("no: undici")));
      });
      test("undici's request", async ({ llm }) => {
        await refused(undici.request(chat, call("no: undici's request")));
      });
      test("named imports", async ({ llm }) => {
        const { method, body } = call("no: by name");
        const asking = new Promise((resolve, reject) => {
          request(chat, { method }, resolve).once("error", reject).end(body);
        });
        await refused(asking);
      });
      test("a client of before", async ({ llm }) => {
        await refusedFetch(kept(chat, call("no: kept")));
      });
      test("seen", async ({ llm }) => {
        expect((await ask("Hello")).choices[0].message.content).toContain("Hello");
        expect((await llm.calls()).map(({ scope }) => scope)).toEqual(["agent"]);
      });
      test("what is not a provider's", async () => {
        const origin = new URL(baseURL).origin;
        expect((await undici.fetch(origin + "/elsewhere", call("elsewhere"))).status).toBe(200);
      });
    `,
  );
  const { all, exitCode } = await agent.run(["run"], {
    HINDSIGHT_LLM: "record",
    MODEL_URL: provider.baseUrl,
  });
  expect(exitCode, all).toBe(1);
  expect(all).toMatch(/6 failed \| 2 passed/);
  for (const name of [
    "an open connection",
    "an open connection of a pool",
    "undici's fetch",
    "undici's request",
    "named imports",
  ]) {
    expect(all).toMatch(new RegExp(`FAIL .*> ${name}\\n`));
  }
  expect(all).toMatch(
    /LLM_CALL_REFUSED[\s\S]*with a connection of before[\s\S]*LLM_CALL_REFUSED[\s\S]*by the `fetch`/,
  );
  const asked = provider.requests.map(
    ({ body }) => (body as { messages: { content: string }[] }).messages[0]?.content,
  );
  expect(asked).toEqual(["before", "before, by a pool", "Hello", "elsewhere"]);
});

test.each([
  ["vitest 5", "vitest-basic", ["run"]],
  ["jest 30 on node 24", "jest-basic", []],
] as const)("the example runs (%s)", async (runner, example, args) => {
  const { all, exitCode } = await new Project(runner, { example }).run([...args]);
  expect(exitCode, all).toBe(0);
});

test("Jest 30 runs on the matrix's Node", async () => {
  const versioned = new Project("jest 30 on node 24", {
    files: {
      "package.json": "{}",
      "jest.config.js": `module.exports = { preset: "hindsight-testkit/jest" };`,
      "a.test.js": `
        const { expect, test } = require("hindsight-testkit/jest");
        test("remembers", async ({ bank }) => {
          expect(process.version).toBe(${JSON.stringify(NODE_VERSION)});
          await bank.retain("Ann eats pears.");
          await expect(bank).toRecall("What does Ann eat?", /pears/);
        });
      `,
    },
  });
  const { all, exitCode } = await versioned.run();
  expect(exitCode, all).toBe(0);
});

test("msw 3's types take the handlers", async () => {
  const typed = new Project("vitest 5", {
    files: {
      "package.json": `{"type":"module"}`,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "es2023",
          module: "nodenext",
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: [],
        },
      }),
      "setup.ts": `
        import { recordLlm } from "hindsight-testkit/msw";
        import { setupServer } from "msw/node";
        setupServer(...recordLlm({ providers: [{ api: "openai", baseUrl: "https://my.proxy/v1" }] })).listen();
        // @ts-expect-error no such API
        recordLlm({ providers: [{ api: "none", baseUrl: "" }] });
      `,
    },
  });
  const { stdout, exitCode } = await execa(
    process.execPath,
    [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."],
    {
      cwd: typed.directory,
      reject: false,
    },
  );
  expect(exitCode, stdout).toBe(0);
});
