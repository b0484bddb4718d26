import { expect, test } from "vitest";
import { startApp } from "./app-fixture.ts";

const KEY = "the key";
const SECRET = "zanzibar";
const environment = {
  HINDSIGHT_API_TENANT_EXTENSION: "hindsight_api.extensions.builtin.tenant:ApiKeyTenantExtension",
  HINDSIGHT_API_TENANT_API_KEY: KEY,
};
const JSON_TYPE = { "content-type": "application/json" };
const METHODS = ["get", "put", "post", "patch", "delete"];

test("with a key set, no route shows or changes anything of a bank to who has none, or a wrong one", async () => {
  const { url } = await startApp({ environment });
  const authorized = { authorization: `Bearer ${KEY}` };
  const bank = `${url}/v1/default/banks/${SECRET}`;
  const call = (path: string, method = "GET", body?: object, headers: Record<string, string> = authorized) =>
    fetch(path, {
      method,
      headers: { ...headers, ...(body && JSON_TYPE) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const name = { name: SECRET, mission: `About ${SECRET}.` };
  expect((await call(bank, "PUT", name)).status).toBe(200);
  const items = [{ content: `Ada was in ${SECRET}.`, document_id: SECRET, tags: [SECRET] }];
  expect((await call(`${bank}/memories`, "POST", { items })).status).toBe(200);
  const state = async () => {
    const paths = [
      "config",
      "memories/list",
      "documents",
      "tags",
      "operations",
      "directives",
      "mental-models",
    ];
    return Promise.all(paths.map(async (path) => (await call(`${bank}/${path}`)).text()));
  };
  const before = await state();
  const { items: memories } = (await (await call(`${bank}/memories/list`)).json()) as {
    items: { id: string; chunk_id: string }[];
  };

  const document = (await (await call(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const known: Record<string, string> = {
    bank_id: SECRET,
    memory_id: memories[0]?.id ?? "",
    unit_id: memories[0]?.id ?? "",
    document_id: SECRET,
    chunk_id: memories[0]?.chunk_id ?? "",
    tag: SECRET,
  };
  let refused = 0;
  for (const [template, methods] of Object.entries(document.paths)) {
    const path = template.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
      encodeURIComponent(known[parameter] ?? "00000000-0000-4000-8000-000000000000"),
    );
    for (const method of METHODS.filter((candidate) => candidate in methods)) {
      for (const headers of [{}, { authorization: "Bearer wrong" }, { "x-api-key": KEY }]) {
        const body =
          method === "get" || method === "delete" ? undefined : { query: "Where was Ada?", items, ...name };
        const answer = await call(url + path, method.toUpperCase(), body, headers);
        const text = await answer.text();
        if (answer.status === 401) refused += 1;
        // What is wrong with a request is told before, with its own words in it.
        if (answer.status < 400)
          expect([method, template, text]).not.toEqual([method, template, expect.stringContaining(SECRET)]);
      }
    }
  }
  expect(refused).toBeGreaterThan(100);
  expect(await state()).toEqual(before);
});
