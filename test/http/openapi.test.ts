import { expect, test } from "vitest";
import type { OpenApiDocument } from "../../src/http/openapi/document.ts";
import { answerCheck } from "./answer-check.ts";
import { startApp } from "./app-fixture.ts";

async function ownDocument(environment: Record<string, string> = {}): Promise<OpenApiDocument> {
  const { send } = await startApp({ environment });
  return (await send("GET", "/openapi.json")).body;
}

test("the document has every route that is there, with its parameters, body and answers", async () => {
  const { paths, components, info } = await ownDocument();
  expect(info.version).toBe("1.1.0");
  const bank = "/v1/default/banks/{bank_id}";
  expect(Object.keys(paths[bank] ?? {}).sort()).toEqual(["delete", "patch", "put"]);
  expect(paths).not.toHaveProperty([`${bank}/knowledge-base/tree`]);
  expect(paths).not.toHaveProperty(["/openapi.json"]);
  const names = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);

  const list = paths["/v1/default/banks"]?.get;
  expect(list?.parameters).toEqual([
    { name: "q", in: "query", required: false, schema: { anyOf: [{ type: "string" }, { type: "null" }] } },
    { name: "limit", in: "query", required: false, schema: { type: "integer", minimum: 0, default: 100 } },
    { name: "offset", in: "query", required: false, schema: { type: "integer", minimum: 0, default: 0 } },
    expect.objectContaining({ name: "authorization", in: "header" }),
  ]);
  const created = paths[`${bank}/aliases`]?.post;
  expect(Object.keys(created?.responses ?? {})).toEqual(["201", "422"]);
  expect(created?.requestBody).toEqual({
    required: true,
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: { alias: { type: "string" }, primary: { type: "boolean", default: false } },
          required: ["alias"],
        },
      },
    },
  });
  expect(paths[`${bank}/consolidate`]?.post?.requestBody?.required).toBe(false);
  expect(components.schemas.DispositionTraits?.required).toEqual(["skepticism", "literalism", "empathy"]);
});

test("every reference of the document leads somewhere, and parts that hold themselves are told once", async () => {
  const document = await ownDocument();
  const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
  expect(references.length).toBeGreaterThan(50);
  for (const reference of new Set(references)) {
    const name = /#\/components\/schemas\/(\w+)"$/.exec(reference)?.[1] ?? "";
    expect(document.components.schemas).toHaveProperty(name);
  }
  expect(document.components.schemas.TagGroup).toMatchObject({
    anyOf: [
      { $ref: "#/components/schemas/TagGroupLeaf" },
      { $ref: "#/components/schemas/TagGroupAnd" },
      { $ref: "#/components/schemas/TagGroupOr" },
      { $ref: "#/components/schemas/TagGroupNot" },
    ],
  });
});

test("a base path is where the document says the server is", async () => {
  expect((await ownDocument({ HINDSIGHT_API_BASE_PATH: "/hs" })).servers).toEqual([{ url: "/hs" }]);
});

test("the page shows the operations and asks for nothing from elsewhere", async () => {
  const { url } = await startApp();
  const answer = await fetch(`${url}/docs`);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const page = await answer.text();
  expect(page).toContain("<code>/v1/default/banks/{bank_id}/memories/recall</code>");
  expect(page).not.toMatch(/<script|src=|@import|url\(|https?:/);
});

test("an answer with a field too many, too few, or of another type is found", async () => {
  const check = answerCheck(JSON.stringify(await ownDocument()));
  const profile = {
    bank_id: "b",
    name: "b",
    disposition: { skepticism: 3, literalism: 3, empathy: 3 },
    mission: "",
    background: "",
  };
  const put = (body: unknown) => check("PUT", "/sandbox/3/v1/default/banks/b", 200, body);
  expect(put(profile)).toBeUndefined();
  expect(put({ ...profile, more: 1 })).toContain("additional");
  expect(put({ ...profile, name: null })).toContain("/name");
  const { background: _, ...less } = profile;
  expect(put(less)).toContain("background");
});
