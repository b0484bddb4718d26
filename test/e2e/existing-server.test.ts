import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import { Project, type RunnerName } from "../support/project.ts";

const KEY = "key-of-the-server";
/** Not the run's, whatever its id looks like. */
const OTHERS = ["production", "testkit-0123456789abcdef01234567-1-1"];

/** A server that others use as well. */
let url: string;

beforeAll(async () => {
  const server = await HindsightServer.start({ apiKey: KEY });
  url = server.url;
  const client = new HindsightClient({ baseUrl: url, apiKey: KEY });
  for (const bank of OTHERS) await client.retain(bank, "Kept for years.");
  return () => server.stop();
});

async function banks(): Promise<string[]> {
  const answer = await fetch(`${url}/v1/default/banks`, { headers: { authorization: `Bearer ${KEY}` } });
  const { banks: all } = (await answer.json()) as { banks: { bank_id: string }[] };
  return all.map(({ bank_id }) => bank_id).sort();
}

function vitest(files: Record<string, string>, runner: RunnerName = "vitest 4", at = url): Project {
  const options = JSON.stringify({ url: at, apiKey: KEY });
  return new Project(runner, {
    files: {
      "package.json": `{"type":"module"}`,
      "vitest.config.mjs": `
        import { hindsight } from "hindsight-testkit/vitest/plugin";
        import { defineConfig } from "vitest/config";
        export default defineConfig({ plugins: [hindsight(${options})], test: { maxWorkers: 2 } });
      `,
      ...files,
    },
  });
}

function jest(files: Record<string, string>): Project {
  const globals = JSON.stringify({ hindsight: { url, apiKey: KEY } });
  const config = `module.exports = { preset: "hindsight-testkit/jest", globals: ${globals} };`;
  return new Project("jest 30", { files: { "package.json": "{}", "jest.config.js": config, ...files } });
}

/** What works there, and what does not. */
const TESTS = `
  const refused = { code: "EXISTING_SERVER" };

  test("has a bank that works", async ({ bank, hindsight }) => {
    expect(hindsight.isExisting).toBe(true);
    expect(process.env.HINDSIGHT_API_URL).toBe(hindsight.url);
    expect((await bank.listMemories()).total).toBe(0);
    await bank.retain("Ada sails on Fridays.", { async: true });
    await bank.settled();
    await expect(bank).toRecall("When does Ada sail?", /Friday/);
    expect((await bank.listMemories({ type: "observation" })).total).toBeGreaterThan(0);
    expect((await bank.reflect("When does Ada sail?")).text).toMatch(/Friday/);
  });

  test("has a bank that nobody has used", async ({ bank }) => {
    expect((await bank.listMemories()).total).toBe(0);
  });

  test("is refused what only a server of the run can do", async ({ bank, hindsight, llm }) => {
    expect(llm.mode).toBe("live");
    await expect(hindsight.clock.now()).rejects.toMatchObject(refused);
    await expect(hindsight.clock.advance({ days: 1 })).rejects.toMatchObject(refused);
    await expect(hindsight.fork()).rejects.toMatchObject(refused);
    await expect(bank.fork("other")).rejects.toMatchObject(refused);
    await expect(llm.calls()).rejects.toMatchObject(refused);
    await expect(llm.respond("reflect", "Tea.")).rejects.toMatchObject(refused);
    await expect(llm.url()).rejects.toMatchObject(refused);
  });
`;

describe("tests on a server that somebody else has started", () => {
  test.each(["vitest 4", "vitest 3"] as const)("%s", async (runner) => {
    const file = `import { expect, test } from "hindsight-testkit/vitest";${TESTS}`;
    const { all, exitCode } = await vitest({ "a.test.mjs": file, "b.test.mjs": file }, runner).run(["run"]);
    expect(exitCode, all).toBe(0);
    expect(await banks()).toEqual(OTHERS);
  });

  test("jest 30", async () => {
    const file = `const { test, expect } = require("hindsight-testkit/jest");${TESTS}`;
    const { all, exitCode } = await jest({ "a.test.js": file }).run([]);
    expect(exitCode, all).toBe(0);
    expect(await banks()).toEqual(OTHERS);
  });

  test("a failing test prints how to look at its bank, without the key, and is no reason to leave it", async () => {
    const project = vitest({
      "failing.test.mjs": `
        import { expect, test } from "hindsight-testkit/vitest";
        test("forgets", async ({ bank }) => {
          await bank.retain("The ferry leaves at nine.");
          await expect(bank).toRecall("When does the ferry leave?", /at noon/);
        });
      `,
      "recorded.test.mjs": `
        import { test } from "hindsight-testkit/vitest";
        test.override({ llmOptions: "replay" });
        test("is recorded", ({ bank }) => {});
      `,
    });
    const { all, exitCode } = await project.run(["run"]);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/bank {4}testkit-[0-9a-f]{24}-\d-1/);
    expect(all).toMatch(/curl -H "Authorization: Bearer <apiKey>" http/);
    expect(all).toMatch(/\[hindsight-testkit EXISTING_SERVER\] `llmOptions` asks for "replay"/);
    expect(all).not.toContain(KEY);
    expect(await banks()).toEqual(OTHERS);
  });

  test("of a worker that is killed in a test nothing is left when the run has ended", async () => {
    const project = vitest({
      "killed.test.mjs": `
        import { test } from "hindsight-testkit/vitest";
        test("is killed", async ({ bank }) => {
          await bank.retain("The last words.");
          process.kill(process.pid, "SIGKILL");
        });
      `,
    });
    const { exitCode } = await project.run(["run", "--pool", "forks"]);
    expect(exitCode).not.toBe(0);
    expect(await banks()).toEqual(OTHERS);
  });

  test("what a killed run has left the next one removes, and nothing of one that goes on", async () => {
    const waiting = async () => {
      const middle = createServer();
      middle.listen(0, "127.0.0.1");
      await once(middle, "listening");
      onTestFinished(() => {
        middle.closeAllConnections();
        middle.close();
      });
      const project = vitest({
        "middle.test.mjs": `
          import { test } from "hindsight-testkit/vitest";
          test("is in its middle", { timeout: 60_000 }, async ({ bank }) => {
            await bank.retain("Left here.");
            await fetch(process.env.MIDDLE_URL).catch(() => {});
          });
        `,
      });
      const { port } = middle.address() as AddressInfo;
      const reached = once(middle, "request");
      const run = project.run(["run"], { MIDDLE_URL: `http://127.0.0.1:${port}` });
      await reached;
      return { run, goOn: () => middle.closeAllConnections() };
    };
    const killed = await waiting();
    // Its worker still waits in its test, which ends with this one.
    killed.run.kill("SIGKILL");
    await killed.run;
    const left = (await banks()).filter((id) => !OTHERS.includes(id));
    expect(left).toHaveLength(1);

    const other = await waiting();
    expect(await banks()).not.toEqual(expect.arrayContaining(left));
    const ofOther = (await banks()).filter((id) => !OTHERS.includes(id));
    expect(ofOther).toHaveLength(1);
    const file = `import { test } from "hindsight-testkit/vitest"; test("runs", ({ bank }) => {});`;
    const { all, exitCode } = await vitest({ "a.test.mjs": file }).run(["run"]);
    expect(exitCode, all).toBe(0);
    expect(await banks()).toEqual([...OTHERS, ...ofOther].sort());
    other.goOn();
    await other.run;
    expect(await banks()).toEqual(OTHERS);
  });

  test("where no server answers, it is told before any test runs", async () => {
    const file = `import { test } from "hindsight-testkit/vitest"; test("never runs", ({ bank }) => {});`;
    const { all, exitCode } = await vitest({ "a.test.mjs": file }, "vitest 4", "http://127.0.0.1:9").run([
      "run",
    ]);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/\[hindsight-testkit SERVER_UNREACHABLE\] http:\/\/127\.0\.0\.1:9 does not answer/);
  });
});
