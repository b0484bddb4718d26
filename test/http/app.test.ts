import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { PROOF_HEADERS } from "../../src/daemon-protocol.ts";
import { signChallenge } from "../../src/daemon-signature.ts";
import { faults, startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

describe("paths and methods", () => {
  test("an unknown path is 404, another method of a known one 405 with Allow", async () => {
    const { send } = await startApp();
    expect(await send("GET", "/nope")).toMatchObject({ status: 404, body: { detail: "Not Found" } });
    expect((await send("GET", "/v1/other/banks")).status).toBe(404);
    const refused = await send("GET", BANK);
    expect(refused).toMatchObject({ status: 405, body: { detail: "Method Not Allowed" } });
    expect(refused.headers.get("allow")).toBe("DELETE, PATCH, PUT");
    expect((await send("POST", "/v1/default/banks", {})).status).toBe(405);
    expect((await send("GET", `${BANK}/memories`)).status).toBe(405);
  });

  test("HEAD and OPTIONS are not answered, from other origins either", async () => {
    const { url } = await startApp();
    expect((await fetch(`${url}/health/live`, { method: "HEAD" })).status).toBe(405);
    const preflight = { origin: "http://x.example", "access-control-request-method": "GET" };
    const answer = await fetch(`${url}/v1/default/banks`, { method: "OPTIONS", headers: preflight });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("a trailing slash is redirected, with the query and the sandbox's prefix", async () => {
    const { url, send, control } = await startApp();
    const plain = await send("GET", "/v1/default/banks/?q=x");
    expect([plain.status, plain.headers.get("location"), plain.body]).toEqual([
      307,
      `${url}/v1/default/banks?q=x`,
      "",
    ]);
    const [sandbox] = (await control("POST", "/testkit/v1/sandboxes", { count: 1 })).body.sandboxes;
    const nested = await send("GET", `/sandbox/${sandbox}/v1/default/banks/`);
    expect(nested.headers.get("location")).toBe(`${url}/sandbox/${sandbox}/v1/default/banks`);
    expect((await send("GET", "/nope/")).status).toBe(404);
  });

  test("an encoded slash separates segments; other escapes belong to the id", async () => {
    const { send } = await startApp();
    expect((await send("PUT", "/v1/default/banks/a%2Fb", {})).status).toBe(404);
    const odd = await send("PUT", "/v1/default/banks/50%25%20%E2%98%83%20x", {});
    expect([odd.status, odd.body.bank_id]).toEqual([200, "50% ☃ x"]);
  });

  test("routes that this server lacks say so with 501", async () => {
    const { send } = await startApp();
    for (const [method, path] of [
      ["GET", `${BANK}/knowledge-base/tree`],
      ["GET", `${BANK}/webhooks`],
      ["GET", `${BANK}/llm-requests`],
      ["GET", "/v1/bank-template-schema"],
    ] as const) {
      const answer = await send(method, path);
      expect([path, answer.status, answer.body.detail]).toEqual([
        path,
        501,
        `${method} ${path} is not implemented by hindsight-testkit yet (docs/differences.md)`,
      ]);
    }
    expect((await send("PUT", `${BANK}/webhooks`)).status).toBe(405);
  });

  test("routes that were removed are 410, after their body was checked", async () => {
    const { send } = await startApp();
    expect((await send("GET", `${BANK}/profile`)).status).toBe(410);
    expect((await send("POST", `${BANK}/background`, { content: "x" })).status).toBe(410);
    expect(faults(await send("PUT", `${BANK}/profile`, {}))).toEqual([["missing", ["body", "disposition"]]]);
    const disposition = { skepticism: 9, literalism: 2, empathy: 2 };
    expect(faults(await send("PUT", `${BANK}/profile`, { disposition }))).toEqual([
      ["less_than_equal", ["body", "disposition", "skepticism"]],
    ]);
  });
});

describe("bodies", () => {
  test("a body that is missing, broken, or not JSON", async () => {
    const { send } = await startApp();
    expect(faults(await send("PUT", BANK))).toEqual([["missing", ["body"]]]);
    expect(faults(await send("PUT", BANK, '{"name": '))).toEqual([["json_invalid", ["body", 9]]]);
    const plain = await send("PUT", BANK, "{}", { "content-type": "text/plain" });
    expect(plain.body.detail).toEqual([
      {
        type: "model_attributes_type",
        loc: ["body"],
        msg: "Input should be a valid dictionary or object to extract fields from",
        input: "{}",
      },
    ]);
    expect(faults(await send("PUT", BANK, "null"))).toEqual([["model_attributes_type", ["body"]]]);
    expect(faults(await send("PUT", BANK, []))).toEqual([["model_attributes_type", ["body"]]]);
    expect((await send("GET", "/v1/default/banks")).body.total).toBe(0);
  });

  test("a body of 20 MB is read, one of more than 64 MiB refused", async () => {
    const { send } = await startApp();
    expect((await send("PUT", BANK, { name: "x".repeat(20_000_000) })).status).toBe(200);
    const tooLarge = await send("PUT", BANK, { name: "x".repeat(64 * 1024 * 1024) });
    expect(tooLarge.status).toBe(413);
  });

  test("bytes that are not UTF-8, and characters that cannot be stored, are the client's fault", async () => {
    const { url, send } = await startApp();
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url + BANK, { method: "PUT", headers, body });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { detail: "There was an error parsing the body" },
    ]);
    expect((await send("PUT", BANK, { name: "a\u0000b" })).status).toBe(400);
    expect((await send("PUT", BANK, { retain_mission: "a\u0000b" })).status).toBe(400);
    expect((await send("GET", "/v1/default/banks?q=%00")).status).toBe(400);
  });
});

describe("X-Ignored-Params", () => {
  test("names of the query first, each once, then keys of the body", async () => {
    const { send } = await startApp();
    const written = await send("PUT", `${BANK}?verbose=1&bank_id=x&verbose=2`, {
      name: "N",
      nonsense: 1,
      dry: 2,
    });
    expect(written.headers.get("x-ignored-params")).toBe("verbose, nonsense, dry");
    const listed = await send("GET", `${BANK}/memories/list?limit=0&foo=1&%C3%A9=x`);
    expect(listed.headers.get("x-ignored-params")).toBe("foo, ?");
    expect((await send("GET", `${BANK}/memories/list`)).headers.has("x-ignored-params")).toBe(false);
  });

  test("also on an error of the route, and not for bodies of other JSON types", async () => {
    const { send } = await startApp();
    const refused = await send("PATCH", `${BANK}/config?verbose=1`, { extra: 1 });
    expect([refused.status, refused.headers.get("x-ignored-params")]).toEqual([422, "verbose, extra"]);
    const missing = await send("GET", `${BANK}/memories/list?why=1`);
    expect([missing.status, missing.headers.get("x-ignored-params")]).toEqual([404, "why"]);
    const type = { "content-type": "application/merge-patch+json" };
    expect((await send("PUT", BANK, { nonsense: 1 }, type)).headers.has("x-ignored-params")).toBe(false);
  });
});

describe("monitoring", () => {
  test("health, readiness, life and version", async () => {
    const { send } = await startApp();
    const healthy = {
      status: "healthy",
      database: "connected",
      db_acquire_ms: expect.any(Number),
      db_pool_waiting: 0,
      db_pool_in_use: expect.any(Number),
      db_pool_max: 10,
      db_pool_idle: expect.any(Number),
    };
    expect(await send("GET", "/health")).toMatchObject({ status: 200, body: healthy });
    expect((await send("GET", "/health/ready")).body).toEqual(healthy);
    const live = { status: "alive", version: "1.1.0", uptime_seconds: expect.any(Number) };
    expect((await send("GET", "/health/live")).body).toEqual(live);
    const version = await send("GET", "/version");
    expect(version.body).toMatchObject({
      api_version: "1.1.0",
      features: { observations: false, worker: true },
    });
    expect((await send("GET", "/v1/version")).body).toEqual(version.body);
    expect((await send("POST", `${BANK}/health/llm`)).status).toBe(404);
  });
});

/** fetch sets Host by itself: this does not. */
function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/health/live`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("who may call", () => {
  test("only hosts and origins that are this machine", async () => {
    const { url } = await startApp();
    const { port } = new URL(url);
    expect(await statusWith(url, { host: `localhost:${port}` })).toBe(200);
    expect(await statusWith(url, { host: `[::1]:${port}` })).toBe(200);
    expect(await statusWith(url, { host: "evil.example" })).toBe(403);
    expect(await statusWith(url, { host: `127.0.0.1.evil.example:${port}` })).toBe(403);
    expect(await statusWith(url, { origin: url })).toBe(200);
    expect(await statusWith(url, { origin: "http://localhost:3000" })).toBe(403);
    expect(await statusWith(url, { origin: `http://127.0.0.1:${Number(port) + 1}` })).toBe(403);
    expect(await statusWith(url, { origin: "http://evil.example" })).toBe(403);
    expect(await statusWith(url, { origin: "null" })).toBe(403);
    // A page whose name was pointed at this machine is of its own origin, but not of ours.
    const rebound = `evil.example:${port}`;
    expect(await statusWith(url, { host: rebound, origin: `http://${rebound}` })).toBe(403);
  });

  test("a page of another site gets nothing without an Origin either, but its links may be followed", async () => {
    const { url } = await startApp();
    const fetched = { "sec-fetch-mode": "no-cors" };
    expect(await statusWith(url, { ...fetched, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await statusWith(url, { ...fetched, "sec-fetch-site": "same-site" })).toBe(403);
    expect(await statusWith(url, { ...fetched, "sec-fetch-site": "same-origin" })).toBe(200);
    const followed = { "sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site" };
    expect(await statusWith(url, followed)).toBe(200);
  });

  test("a challenge is answered by who knows the secret, and only where one was sent", async () => {
    const { url } = await startApp();
    const answer = await fetch(`${url}/health/live`, { headers: { [PROOF_HEADERS.challenge]: "once" } });
    expect(answer.headers.get(PROOF_HEADERS.proof)).toBe(signChallenge("secret", "once"));
    expect((await fetch(`${url}/health/live`)).headers.has(PROOF_HEADERS.proof)).toBe(false);
  });

  test("the address that the server was told to listen on", async () => {
    const named = await startApp({ host: "memory.test" });
    expect(await statusWith(named.url, { host: "memory.test:80" })).toBe(200);
    expect(await statusWith(named.url, { host: "10.1.2.3" })).toBe(403);
    const everywhere = await startApp({ host: "0.0.0.0" });
    expect(await statusWith(everywhere.url, { host: "10.1.2.3:80" })).toBe(200);
    expect(await statusWith(everywhere.url, { host: "evil.example" })).toBe(403);
  });
});

test("every request is logged, with its sandbox and status", async () => {
  const { logged, send, control } = await startApp();
  const [sandbox] = (await control("POST", "/testkit/v1/sandboxes", { count: 1 })).body.sandboxes;
  await send("GET", `/sandbox/${sandbox}/v1/default/banks`);
  expect(logged.at(-1)).toMatch(/^info GET \/v1\/default\/banks \{"sandbox":"1","status":200,"ms":\d+\}$/);
});

test("metrics count requests by their route, method and status", async () => {
  const { url, send, control } = await startApp();
  const [sandbox] = (await control("POST", "/testkit/v1/sandboxes", { count: 1 })).body.sandboxes;
  await send("PUT", BANK, {});
  await send("PUT", `/sandbox/${sandbox}${BANK}`, {});
  await send("GET", "/any/path/at/all");
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=1.0.0; charset=utf-8");
  const text = await answer.text();
  const count = (method: string, endpoint: string, status: number) =>
    text
      .split("\n")
      .find((line) =>
        line.startsWith(
          `hindsight_http_requests_total{method="${method}",endpoint="${endpoint}",status_code="${status}"`,
        ),
      )
      ?.split("} ")[1];
  expect(count("PUT", "/v1/default/banks/{bank_id}", 200)).toBe("2");
  expect(count("GET", "none", 404)).toBe("1");
});
