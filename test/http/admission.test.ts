import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";
const KEY = "the key";
const environment = {
  HINDSIGHT_API_TENANT_EXTENSION: "hindsight_api.extensions.builtin.tenant:ApiKeyTenantExtension",
  HINDSIGHT_API_TENANT_API_KEY: KEY,
};

describe("the API key", () => {
  test("comes bare or as a Bearer's, in any case, and nothing else passes", async () => {
    const { send } = await startApp({ environment });
    const status = async (authorization: string) =>
      (await send("GET", "/v1/default/banks", undefined, { authorization })).status;
    for (const right of [KEY, `Bearer ${KEY}`, `bEARER   ${KEY}  `]) expect(await status(right)).toBe(200);
    for (const wrong of [
      "",
      "Bearer",
      "Bearer The Key",
      `Bearer\t${KEY}`,
      `Basic ${KEY}`,
      `Bearer Bearer ${KEY}`,
    ]) {
      expect([wrong, await status(wrong)]).toEqual([wrong, 401]);
    }
    const elsewhere = await send("GET", "/v1/default/banks?api_key=the%20key", undefined, {
      "x-api-key": KEY,
    });
    expect(elsewhere).toMatchObject({
      status: 401,
      body: { detail: "Authentication failed: Invalid API key" },
    });
    expect(elsewhere.headers.get("x-ignored-params")).toBe("api_key");
  });

  test("is asked for after what is wrong with the request itself, and before the bank is looked for", async () => {
    const { send } = await startApp({
      environment: { ...environment, HINDSIGHT_API_ENABLE_BANK_CONFIG_API: "false" },
    });
    const requests: [status: number, method: string, path: string, body?: unknown][] = [
      [404, "GET", "/nope"],
      [405, "GET", BANK],
      [422, "GET", "/v1/default/banks?limit=-1"],
      [422, "PUT", BANK, { disposition_empathy: 9 }],
      [410, "GET", `${BANK}/profile`],
      [404, "PATCH", `${BANK}/config`, { updates: {} }],
      [400, "GET", `${BANK}/operations/bad`],
      [400, "GET", `${BANK}/memories/list?start_date=bad`],
      [401, "POST", `${BANK}/memories/recall`, { query: "x", types: ["odd"] }],
      [400, "POST", `${BANK}/memories/recall`, { query: "x", query_timestamp: "odd" }],
      [200, "POST", `${BANK}/memories`, { items: [] }],
      [401, "GET", `${BANK}/directives/odd`],
      [401, "GET", `${BANK}/memories/list?state=odd`],
      [401, "PUT", BANK, { retain_chunk_size: 0 }],
      [401, "GET", `${BANK}/config`],
      [200, "GET", "/health"],
      [200, "GET", "/v1/version"],
    ];
    for (const [status, method, path, body] of requests) {
      const answer = await send(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, status]);
    }
  });
});

test("routes answer below the base path and without it", async () => {
  const { url, send } = await startApp({ environment: { HINDSIGHT_API_BASE_PATH: "/hs" } });
  expect((await send("PUT", `/hs${BANK}`, {})).status).toBe(200);
  expect((await send("GET", `${BANK}/config`)).status).toBe(200);
  expect((await send("GET", `/hs${BANK}`)).status).toBe(405);
  expect((await send("GET", "/hsv1/default/banks")).status).toBe(404);
  expect((await send("GET", "/hs")).status).toBe(404);
  const redirected = await send("GET", "/hs/v1/default/banks/");
  expect(redirected.headers.get("location")).toBe(`${url}/hs/v1/default/banks`);
});

test("large answers are compressed for clients that take it, and vary", async () => {
  const { url, send } = await startApp();
  await send("PUT", BANK, {});
  // `fetch` unpacks answers by itself.
  const get = async (path: string, encoding: string): Promise<[IncomingHttpHeaders, Buffer]> => {
    const sent = request(url + path, { headers: { "accept-encoding": encoding } }).end();
    const [answer]: IncomingMessage[] = await once(sent, "response");
    if (!answer) throw new Error("no answer");
    return [answer.headers, Buffer.concat(await answer.toArray())];
  };
  const [plain, text] = await get(`${BANK}/config`, "identity");
  expect([plain.vary, plain["content-encoding"], text.byteLength > 1024]).toEqual([
    "Accept-Encoding",
    undefined,
    true,
  ]);
  const [packed, bytes] = await get(`${BANK}/config`, "br, gzip");
  expect([packed.vary, packed["content-encoding"]]).toEqual(["Accept-Encoding", "gzip"]);
  expect(gunzipSync(bytes)).toEqual(text);
  expect(Number(packed["content-length"])).toBe(bytes.byteLength);
  expect((await get(`${BANK}/config`, "gzip;q=0"))[0]["content-encoding"]).toBeUndefined();
  expect((await get("/version", "gzip"))[0]).not.toHaveProperty("vary");
});
