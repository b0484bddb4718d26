import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { isAlive } from "../support/processes.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";
import { CONFIG, spawnDaemon, started } from "./daemon-fixture.ts";

const MEMORIES = "/v1/default/banks/b/memories";

async function onDatabase() {
  const { url } = await createTestDatabase();
  return { database: { kind: "url", url } as const };
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function refuses(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

describe("start", () => {
  test("reports its address, its pid, and the phases of the start", async () => {
    const { subprocess, ready } = await started(await onDatabase());
    expect(ready).toMatchObject({
      url: `http://127.0.0.1:${ready.port}`,
      pid: subprocess.pid,
      postgresPid: null,
    });
    expect(ready.phases.map(({ name }) => name)).toEqual(["load", "models", "schema", "connect", "listen"]);
    expect((await fetch(`${ready.url}/health`)).status).toBe(200);
    expect((await post(ready.url + MEMORIES, { items: [{ content: "Bob sails." }] })).status).toBe(200);
  });

  test("with a Postgres of its own, which ends with it", async () => {
    const { subprocess, ready } = await started({});
    const { postgresPid } = ready;
    if (postgresPid === null) throw new Error("no Postgres");
    expect(ready.phases.map(({ name }) => name)).toContain("start postgres");
    expect((await fetch(`${ready.url}/health`)).status).toBe(200);
    subprocess.stdin.end();
    expect((await subprocess).exitCode).toBe(0);
    expect(isAlive(postgresPid)).toBe(false);
  });

  test("in test mode its clock stands still", async () => {
    const { ready } = await started({ ...(await onDatabase()), testMode: true });
    await post(ready.url + MEMORIES, { items: [{ content: "Bob sails." }] });
    const list = await fetch(`${ready.url}${MEMORIES}/list`);
    expect(await list.text()).toContain('"updated_at":"2025-01-01T00:00:00+00:00"');
  });

  test("migrates an empty database, several at once, and says so", async () => {
    const { url, database: connection } = await createTestDatabase();
    await connection.query("DROP SCHEMA public CASCADE");
    await connection.query("CREATE SCHEMA public");
    const database = { kind: "url", url } as const;
    const daemons = [1, 2].map(() => spawnDaemon({ command: "migrate", database }));
    for (const { subprocess, reply } of daemons) {
      expect(await reply).toEqual({ migrated: { ms: expect.any(Number) } });
      expect((await subprocess).exitCode).toBe(0);
    }
    const { ready } = await started({ database });
    expect((await fetch(`${ready.url}/health`)).status).toBe(200);
  });
});

describe("a start that fails", () => {
  test.each<[string, string, string, string]>([
    ["no JSON", "garbage", "INVALID_OPTION", "not JSON"],
    ["null", "null", "INVALID_OPTION", "command"],
    ["a bad port", JSON.stringify({ ...CONFIG, port: 70_000 }), "INVALID_OPTION", "port"],
    ["a bad level", JSON.stringify({ ...CONFIG, logLevel: "loud" }), "INVALID_OPTION", "logLevel"],
    [
      "a bad database",
      JSON.stringify({ ...CONFIG, database: { kind: "url", url: "mysql://x" } }),
      "INVALID_OPTION",
      "postgres://",
    ],
    ["migrate without URL", JSON.stringify({ ...CONFIG, command: "migrate" }), "INVALID_OPTION", "migrate"],
    [
      "test mode without token",
      JSON.stringify({ ...CONFIG, testMode: true, token: "" }),
      "INVALID_OPTION",
      "token",
    ],
    [
      "an unknown provider",
      JSON.stringify({ ...CONFIG, environment: { HINDSIGHT_API_LLM_PROVIDER: "nope" } }),
      "INVALID_OPTION",
      "nope",
    ],
    [
      "no key",
      JSON.stringify({ ...CONFIG, environment: { HINDSIGHT_API_LLM_PROVIDER: "openai" } }),
      "LLM_KEY_MISSING",
      "openai",
    ],
  ])("%s", async (_, line, code, what) => {
    const { subprocess, reply } = spawnDaemon(line);
    expect(await reply).toEqual({ failed: { code, message: expect.stringContaining(what) } });
    const { exitCode, stderr } = await subprocess;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(` error .*code=${code}`));
  });

  test("nothing on stdin", async () => {
    const { subprocess, reply } = spawnDaemon(CONFIG);
    subprocess.stdin.end();
    await reply.catch(() => {});
    const silent = spawnDaemon("");
    expect(await silent.reply).toMatchObject({ failed: { code: "INVALID_OPTION" } });
  });

  test("a port that is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void holder.close());
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as AddressInfo;
    const { subprocess, reply } = spawnDaemon({ ...(await onDatabase()), port });
    expect(await reply).toEqual({
      failed: { code: "SERVER_PORT_TAKEN", message: expect.stringContaining(`127.0.0.1:${port}`) },
    });
    expect((await subprocess).exitCode).toBe(1);
  });

  test("a database that does not answer; its password is not told", async () => {
    const database = { kind: "url", url: "postgres://me:secret@127.0.0.1:1/nowhere" } as const;
    const { subprocess, reply } = spawnDaemon({ database });
    expect(await reply).toEqual({
      failed: { code: "POSTGRES_CONNECT_FAILED", message: expect.stringContaining("127.0.0.1:1/nowhere") },
    });
    const { exitCode, stderr, stdout } = await subprocess;
    expect(exitCode).toBe(1);
    expect(stderr + stdout).not.toContain("secret");
  });
});

describe("stop", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s ends it", async (signal) => {
    const { subprocess, ready } = await started(await onDatabase());
    subprocess.kill(signal);
    expect((await subprocess).exitCode).toBe(0);
    expect(await refuses(ready.url)).toBe(true);
  });

  test("the end of stdin ends it", async () => {
    const { subprocess, ready } = await started(await onDatabase());
    subprocess.stdin.end();
    expect((await subprocess).exitCode).toBe(0);
    expect(await refuses(ready.url)).toBe(true);
  });

  test("the end of stdin during the start ends it as well", async () => {
    const { subprocess } = spawnDaemon({});
    subprocess.stdin.end();
    expect((await subprocess).exitCode).toBe(0);
  });

  test("an open request is finished first, and no new one taken", async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const provider = await startScriptedOpenAi(() => ({
      json: { facts: [{ what: "Bob sails", fact_type: "world" }] },
    }));
    const gate = await delayed(provider.baseUrl, answered);
    const { subprocess, ready } = await started({
      ...(await onDatabase()),
      environment: {
        HINDSIGHT_API_LLM_PROVIDER: "openai",
        HINDSIGHT_API_LLM_API_KEY: "k",
        HINDSIGHT_API_LLM_BASE_URL: gate.url,
        HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true",
      },
    });
    const open = post(ready.url + MEMORIES, { items: [{ content: "Bob sails." }] });
    await gate.reached;
    subprocess.kill("SIGTERM");
    // Its log says so before it stops to listen.
    await new Promise<void>((resolve) => {
      subprocess.stderr.on("data", (text: Buffer) => {
        if (String(text).includes("stopping")) resolve();
      });
    });
    answer();
    expect((await open).status).toBe(200);
    expect((await subprocess).exitCode).toBe(0);
  });
});

/** A proxy that passes a request on when `answered` resolves. */
async function delayed(target: string, answered: Promise<void>) {
  let arrived = () => {};
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = createHttpServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    arrived();
    await answered;
    const upstream = await fetch(`${target}${request.url?.replace(/^\/v1/, "")}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    response.writeHead(upstream.status, { "content-type": "application/json" }).end(await upstream.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, reached };
}
