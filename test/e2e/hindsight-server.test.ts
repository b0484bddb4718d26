import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { HindsightServer } from "../../dist/index.mjs";
import { eventually } from "../support/eventually.ts";
import { descendants, isAlive, survivors } from "../support/processes.ts";
import { CLI } from "../support/project.ts";

const PACKAGE = new URL("../../dist/index.mjs", import.meta.url).href;

describe("HindsightServer", () => {
  test("is up inside `await using`, and gone with its Postgres afterwards", async () => {
    let started: { pid: number; command: string }[];
    {
      await using server = await HindsightServer.start();
      const client = new HindsightClient({ baseUrl: server.url });
      await client.retain("my-bank", "Alice works at Google.");
      expect((await client.recall("my-bank", "Where does Alice work?")).results[0]?.text).toMatch(/Google/);
      started = [{ pid: server.pid, command: "daemon" }, ...descendants(server.pid)];
      expect(started.map(({ command }) => command).join("\n")).toMatch(/postgres/);
    }
    expect(await survivors(started)).toEqual([]);
  });

  test("several run at once, each with memories of its own", async () => {
    await using first = await HindsightServer.start();
    await using second = await HindsightServer.start();
    await new HindsightClient({ baseUrl: first.url }).retain("bank", "The first one knows this.");
    const list = new HindsightClient({ baseUrl: second.url }).listMemories("bank", { type: "world" });
    await expect(list).rejects.toMatchObject({ statusCode: 404 });
  });

  test("takes its options alone: what a developer has in the shell does not reach it", async () => {
    process.env.HINDSIGHT_API_DATABASE_URL = "postgres://nobody@127.0.0.1:9/nothing";
    process.env.HINDSIGHT_API_LLM_PROVIDER = "openai";
    onTestFinished(() => {
      Reflect.deleteProperty(process.env, "HINDSIGHT_API_DATABASE_URL");
      Reflect.deleteProperty(process.env, "HINDSIGHT_API_LLM_PROVIDER");
    });
    await using server = await HindsightServer.start();
    const client = new HindsightClient({ baseUrl: server.url });
    await client.retain("bank", "The lighthouse is white.");
    expect((await client.listMemories("bank", { type: "world" })).total).toBe(1);
  });

  test("reads no .env file, and takes no provider's key from the shell", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hindsight-env-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const poison = {
      HINDSIGHT_API_LLM_PROVIDER: "openai",
      HINDSIGHT_API_LLM_API_KEY: "k",
      OPENAI_API_KEY: "k",
    };
    const lines = Object.entries(poison).map(([name, value]) => `${name}=${value}`);
    await writeFile(join(folder, ".env"), lines.join("\n"));
    const program = `
      import { HindsightServer } from ${JSON.stringify(PACKAGE)};
      const server = await HindsightServer.start({ env: { HINDSIGHT_API_ENABLE_BANK_LLM_HEALTH: "true" } });
      const answer = await fetch(server.url + "/v1/default/banks/b/health/llm", { method: "POST" });
      console.log((await answer.json()).operations[0].status);
      await server.stop();
      await HindsightServer.start({ llmProvider: "openai" }).catch((error) => console.log(error.code));`;
    const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", program], {
      cwd: folder,
      env: poison,
    });
    // The built-in model answers; openai has no key.
    expect(stdout).toBe("connected\nLLM_KEY_MISSING");
  });

  test("stop twice is no error, and a stopped server's process is gone", async () => {
    const server = await HindsightServer.start();
    await server.stop();
    await server.stop();
    await server.exited;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  test.each([
    [{ llmProvider: "openai" }, "LLM_KEY_MISSING"],
    [{ llmProvider: "no-such-provider" }, "INVALID_OPTION"],
    [{ database: "mysql://localhost/x" }, "INVALID_OPTION"],
    [{ port: 70_000 }, "INVALID_OPTION"],
    [JSON.parse('{ "prot": 70000 }'), "INVALID_OPTION"],
    [{ apiKey: "" }, "INVALID_OPTION"],
    [{ apiKey: "secret-word\n" }, "INVALID_OPTION"],
    [{ apiKey: "schlüssel-☕" }, "INVALID_OPTION"],
    [{ startTimeout: 2 ** 31 }, "INVALID_OPTION"],
    [{ env: { API_RETAIN_CHUNK_SIZE: "1" } }, "INVALID_OPTION"],
    [{ database: "postgres://someone:secret-word@127.0.0.1:9/nothing" }, "POSTGRES_CONNECT_FAILED"],
    [{ startTimeout: 1 }, "SERVER_START_TIMEOUT"],
  ])("%j is refused with %s", async (options, code) => {
    const error = await HindsightServer.start(options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/secret-word/);
  });

  test("an option that there is not is told with all that there are", async () => {
    await expect(HindsightServer.start(JSON.parse('{ "timeout": 5 }'))).rejects.toThrow(
      /no option `timeout`; it knows .*startTimeout.*, url, onLog, signal\./,
    );
  });

  test("that was killed is told apart from one that does not answer", async () => {
    await using server = await HindsightServer.start({ testMode: true });
    process.kill(server.pid, "SIGKILL");
    await expect(server.test.clock.now()).rejects.toMatchObject({
      code: "SERVER_STOPPED",
      what: expect.stringContaining("SIGKILL"),
    });
  });

  test("warns of a variable that seems to be misspelt", async () => {
    const warned = once(process, "warning");
    await using _ = await HindsightServer.start({ env: { HINDSIGHT_API_RETAIN_CHUNK_SZIE: "100" } });
    const [{ message }] = await warned;
    expect(message).toMatch(/CHUNK_SZIE.*CHUNK_SIZE/);
  });

  test("a port that is taken is named", async () => {
    const stranger = createServer().listen(0, "127.0.0.1");
    await once(stranger, "listening");
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as AddressInfo;
    const start = HindsightServer.start({ port });
    await expect(start).rejects.toMatchObject({ code: "SERVER_PORT_TAKEN" });
    await expect(start).rejects.toThrow(String(port));
  });

  test("ends with the process that started it, also when that one is killed", async () => {
    const parent = execa(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { HindsightServer } from ${JSON.stringify(PACKAGE)};
         const server = await HindsightServer.start();
         console.log("up");`,
      ],
      { reject: false, timeout: 60_000 },
    );
    await once(parent.stdout, "data");
    if (parent.pid === undefined) throw new Error("The parent was not started");
    const started = descendants(parent.pid);
    expect(started.map(({ command }) => command).join("\n")).toMatch(/postgres/);
    parent.kill("SIGKILL");
    await parent;
    expect(await survivors(started)).toEqual([]);
  });
});

describe("hindsight-testkit serve", () => {
  test.each([[["serve"]], [["serve", "--json"]]])(
    "%j prints one line of JSON, logs to stderr, and leaves nothing behind on Ctrl-C",
    async (args) => {
      const serve = execa(process.execPath, [CLI, ...args], { reject: false, timeout: 60_000 });
      const [first] = (await once(serve.stdout, "data")) as [Buffer];
      const { url } = JSON.parse(first.toString()) as { url: string };
      expect((await fetch(`${url}/health`)).status).toBe(200);
      if (serve.pid === undefined) throw new Error("The command was not started");
      const started = descendants(serve.pid);
      serve.kill("SIGINT");
      const { exitCode, stdout, stderr } = await serve;
      expect(exitCode).toBe(0);
      expect(stdout.trim().split("\n")).toHaveLength(1);
      expect(stderr).toMatch(/listening/);
      expect(await survivors(started)).toEqual([]);
    },
  );

  test("Ctrl-C in the middle of its start is no failure, and leaves nothing behind", async () => {
    const serve = execa(process.execPath, [CLI, "serve"], { reject: false, timeout: 60_000 });
    const { pid } = serve;
    if (pid === undefined) throw new Error("The command was not started");
    await eventually(() => descendants(pid).some(({ command }) => /daemon\.mjs/.test(command)), "it starts");
    const started = descendants(pid);
    serve.kill("SIGINT");
    const { exitCode, stdout } = await serve;
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(started.filter((process) => isAlive(process.pid))).toEqual([]);
  });

  test.each([
    [1, ["--llm-provider", "openai"], /LLM_KEY_MISSING/],
    [1, ["--llm-provider", "gpt"], /INVALID_OPTION/],
    [2, ["--port", "http"], /--port/],
    [2, ["--database", "sqlite"], /INVALID_OPTION/],
    [2, ["--log-level", "loud"], /debug, info, warning, error/],
    [2, ["--prot", "1"], /unknown option '--prot'/],
  ])("ends with exit code %i for %j and says why", async (expected, flags, message) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI, "serve", ...flags], {
      reject: false,
      timeout: 60_000,
    });
    expect(exitCode).toBe(expected);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });
});

describe("test mode", () => {
  test("has a clock, waits for work, and copies banks and sandboxes", async () => {
    await using server = await HindsightServer.start({ testMode: true });
    const sandbox = await server.makeSandbox();
    const client = new HindsightClient({ baseUrl: sandbox.url });
    expect((await sandbox.clock.set("2024-06-01")).toISOString()).toBe("2024-06-01T00:00:00.000Z");
    await expect(async () => sandbox.clock.advance(JSON.parse('{ "dayz": 1 }'))).rejects.toThrow("dayz");
    await expect(async () => sandbox.clock.advance({})).rejects.toThrow("cannot be moved by {}");
    await sandbox.clock.advance({ days: 1, hours: 2 });
    await client.retain("ada", "Ada sails.", { async: true });
    await sandbox.settled({ bank: "ada" });
    const { items } = await client.listMemories("ada", { type: "world" });
    expect(items[0]?.mentioned_at).toContain("2024-06-02T02:00:00");
    await sandbox.forkBank("ada", "ada-2");
    expect((await client.listMemories("ada-2", { type: "world" })).total).toBe(1);
    await expect(sandbox.forkBank("ada", "ada-2")).rejects.toMatchObject({ code: "FORK_REFUSED" });
    const fork = await sandbox.fork();
    await new HindsightClient({ baseUrl: fork.url }).deleteBank("ada");
    expect((await client.listMemories("ada", { type: "world" })).total).toBe(1);
    expect((await fork.clock.now()).toISOString()).toBe("2024-06-02T02:00:00.000Z");
    expect((await server.test.clock.now()).toISOString()).toBe("2025-01-01T00:00:00.000Z");
    await sandbox.close();
    expect((await fetch(`${fork.url}/v1/default/banks`)).status).toBe(410);
    expect((await fetch(`${server.url}/testkit/v1/clock`)).status).toBe(401);
  });

  test("says what it does not understand", async () => {
    await using server = await HindsightServer.start({ testMode: true });
    const { clock } = server.test;
    for (const attempt of [
      () => clock.set("tomorrow"),
      () => clock.set(new Date(Number.NaN)),
      () => clock.advance(Number.MAX_SAFE_INTEGER),
      () => server.test.settled({ timeout: -1 }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: "INVALID_OPTION" });
    }
  });

  test("is off without being asked for", async () => {
    await using server = await HindsightServer.start();
    expect(() => server.test).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
    expect((await fetch(`${server.url}/testkit/v1/clock`)).status).toBe(404);
  });

  test("of the command asks for no token on loopback, for its own where it has one, and needs one elsewhere", async () => {
    const ready = async (env: Record<string, string>) => {
      const subprocess = execa(process.execPath, [CLI, "serve", "--test-mode", "--llm-provider", "none"], {
        env,
        reject: false,
      });
      onTestFinished(async () => {
        subprocess.kill("SIGTERM");
        await subprocess;
      });
      const [line] = await once(subprocess.stdout, "data");
      return JSON.parse(String(line)) as { url: string; testkit: string };
    };
    const open = await ready({});
    expect(open.testkit).toBe(`${open.url}/testkit/v1`);
    expect((await fetch(`${open.testkit}/clock`)).status).toBe(200);
    const closed = await ready({ HINDSIGHT_TESTKIT_TOKEN: "mine" });
    expect((await fetch(`${closed.testkit}/clock`)).status).toBe(401);
    const headers = { "x-hindsight-testkit-token": "mine" };
    expect((await fetch(`${closed.testkit}/clock`, { headers })).status).toBe(200);
    const refused = await execa(process.execPath, [CLI, "serve", "--test-mode", "--host", "0.0.0.0"], {
      reject: false,
    });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("HINDSIGHT_TESTKIT_TOKEN");
  });
});
