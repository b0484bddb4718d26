import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerCheck } from "../http/answer-check.ts";
import { type Answer, type RunningApp, startApp } from "../http/app-fixture.ts";
import { createChatModel } from "../support/chat-model.ts";
import { type MadeRequest, requestsOf } from "./requests.ts";

/** A failure tells its seed. Other requests, or more of them: `ROBUSTNESS_SEED=7 ROBUSTNESS_RUNS=20000 npx vitest run test/robustness/requests`. */
const SEED = Number(process.env.ROBUSTNESS_SEED ?? 1);
const RUNS = Number(process.env.ROBUSTNESS_RUNS ?? 400);
/** An answer that takes longer is a hang: it is as slow as that only where everything is. */
const ANSWER_LIMIT_MS = 20_000;
const BANK = "/v1/default/banks/b";
/** What the contract has for what a client sends. */
const STATUSES = [200, 201, 307, 400, 401, 404, 405, 409, 410, 413, 422];
const MEGABYTE = 1024 * 1024;
const TAGS = Array.from({ length: 10_000 }, (_, index) => `tag ${index}`);

const OFFLINE = createChatModel({ provider: "offline" }, { attribute: false });

type Known = Record<string, readonly string[]>;

/** Makes a bank with something of everything, again where parts of it are gone. @returns what is there, by parameter. */
async function fill({ send }: RunningApp): Promise<Known> {
  const content = ["Ann likes tea.", "Bob sails in May."];
  const items = content.map((text, index) => ({
    content: text,
    document_id: `d/${index}`,
    tags: ["a"],
    entities: [{ text: text.slice(0, 3) }],
  }));
  await send("DELETE", `${BANK}/config`);
  await send("POST", `${BANK}/memories`, { items });
  await send("POST", `${BANK}/aliases`, { alias: "other" });
  const directive = await send("POST", `${BANK}/directives`, { name: "n", content: "c", tags: ["a"] });
  const memories = await send("GET", `${BANK}/memories/list`);
  const entities = await send("GET", `${BANK}/entities`);
  const queued = await send("POST", `${BANK}/memories`, { items: [{ content: "Later." }], async: true });
  const ids = ({ body }: Answer): string[] => body.items.map(({ id }: { id: string }) => id);
  return {
    bank_id: ["b", "b", "b", "other", "nobody"],
    document_id: ["d%2F0", "d%2F1"],
    chunk_id: ["b_d%2F0_0"],
    memory_id: ids(memories),
    entity_id: ids(entities),
    directive_id: [directive.body.id],
    operation_id: [queued.body.operation_id],
    alias: ["other"],
  };
}

function filled(path: string, known: Known, which: number): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const ids = known[name] ?? ["1"];
    return ids[which % ids.length] ?? "1";
  });
}

/** Sends a request and checks what holds of every answer. @returns its status. */
async function play(
  { url }: RunningApp,
  check: ReturnType<typeof answerCheck>,
  { method, path, body, contentType }: Omit<MadeRequest, "operation">,
): Promise<number> {
  const response = await fetch(url + path, {
    method,
    redirect: "manual",
    headers: contentType === "" ? {} : { "content-type": contentType },
    // A string would be given a type of its own.
    ...(body !== undefined && method !== "GET" && { body: Buffer.from(body) }),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  const text = await response.text();
  const { status } = response;
  expect([status, text]).toEqual([expect.toSatisfy((code: number) => STATUSES.includes(code)), text]);
  const type = response.headers.get("content-type");
  if (status === 307 || type?.startsWith("text/plain")) return status;
  expect(type).toBe("application/json");
  const answer: unknown = JSON.parse(text);
  if (status >= 400) {
    expect(answer).toEqual({
      detail: expect.toSatisfy((detail) => typeof detail === "string" || Array.isArray(detail)),
    });
  } else expect(check(method, path, status, answer)).toBeUndefined();
  return status;
}

test("whatever is sent gets an answer of the API", { timeout: 60_000 + 50 * RUNS }, async () => {
  const app = await startApp({
    llm: OFFLINE,
    environment: {
      HINDSIGHT_API_ENABLE_DRY_RUN_EXTRACT: "true",
      HINDSIGHT_API_ENABLE_BANK_LLM_HEALTH: "true",
    },
  });
  const text = await (await fetch(`${app.url}/openapi.json`)).text();
  const check = answerCheck(text);
  let known = await fill(app);
  const done = new Set<string>();
  const requests = fc.record({ request: requestsOf(JSON.parse(text)), which: fc.nat(9) });
  await fc.assert(
    fc.asyncProperty(requests, async ({ request: { operation, ...request }, which }) => {
      // What is deleted has to be made again, which takes its time.
      const isDeletion = request.method === "DELETE" && which === 0;
      const ids = request.method === "DELETE" && !isDeletion ? { ...known, bank_id: ["nobody"] } : known;
      const path = filled(request.path, ids, which);
      const status = await play(app, check, { ...request, path });
      if (status < 300) done.add(operation);
      if (isDeletion) known = await fill(app);
    }),
    // What is found is told with its seed; making it smaller would take longer than reading it.
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  // Right requests are among them: of most operations one has done something.
  expect(done.size).toBeGreaterThan(40);
  expect((await app.send("GET", "/health")).status).toBe(200);
  expect(app.logged.filter((line) => line.startsWith("error"))).toEqual([]);
});

test("a body of 10 MB is read, whatever field is so long", { timeout: 120_000 }, async () => {
  const { send } = await startApp({ llm: OFFLINE });
  const long = "word ".repeat((10 * MEGABYTE) / 5);
  const items = (item: object) => ({ items: [{ content: "Ann likes tea.", ...item }] });
  const requests: [status: number, method: string, path: string, body: unknown][] = [
    [200, "PUT", BANK, { name: long }],
    [200, "POST", `${BANK}/memories`, items({ content: long })],
    [200, "POST", `${BANK}/memories`, items({ tags: [long], entities: [{ text: long }] })],
    [200, "POST", `${BANK}/memories/recall`, { query: long, tags: [long] }],
    [200, "POST", `${BANK}/reflect`, { query: long }],
    [400, "PATCH", `${BANK}/config`, { updates: { [long]: 1 } }],
    [400, "POST", `${BANK}/aliases`, { alias: long }],
    [422, "PATCH", `${BANK}/documents/d`, { observation_scopes: Array(200_000).fill(1) }],
  ];
  for (const [index, [status, method, path, body]] of requests.entries()) {
    expect([index, (await send(method, path, body)).status]).toEqual([index, status]);
  }
});

test("10,000 tags are stored and asked for", { timeout: 60_000 }, async () => {
  const { send } = await startApp({ llm: OFFLINE });
  const status = async (...request: Parameters<typeof send>) => (await send(...request)).status;
  const item = { content: "Ann likes tea.", document_id: "d", tags: TAGS };
  expect(await status("POST", `${BANK}/memories`, { items: [item] })).toBe(200);
  const or = TAGS.map((tag) => ({ tags: [tag], match: "any_strict" }));
  for (const filter of [{ tags: TAGS, tags_match: "all_strict" }, { tag_groups: [{ or }] }]) {
    const { body } = await send("POST", `${BANK}/memories/recall`, {
      query: "tea",
      types: ["world"],
      ...filter,
    });
    expect(body.results).toHaveLength(1);
  }
  expect(await status("POST", `${BANK}/reflect`, { query: "tea", tags: TAGS })).toBe(200);
  const made = await send("POST", `${BANK}/directives`, { name: "n", content: "c", tags: TAGS });
  expect(made.body.tags).toHaveLength(10_000);
  expect(await status("PATCH", `${BANK}/documents/d`, { tags: TAGS.slice(1) })).toBe(200);
  expect((await send("GET", `${BANK}/tags`)).body.total).toBe(9_999);
  const scopes = { observation_scopes: TAGS.map((tag) => [tag]) };
  expect(await status("POST", `${BANK}/consolidate`, scopes)).toBe(200);
  // As many as a request's head of 64 KiB holds.
  const many = TAGS.slice(0, 4_000).map((tag) => `tags=${encodeURIComponent(tag)}`);
  expect(await status("GET", `${BANK}/memories/list?${many.join("&")}`)).toBe(200);
  const tooMany = await fetch(`${(await startApp()).url}${BANK}/memories/list?${"tags=tag&".repeat(10_000)}`);
  expect([tooMany.status, await tooMany.text()]).toEqual([400, "Invalid HTTP request received."]);
});

test("a body that is nested deeply is refused, or stored and read again", { timeout: 60_000 }, async () => {
  const { send } = await startApp({ llm: OFFLINE });
  await send("PUT", BANK, {});
  const nested = (levels: number, inner = "1") => `${"[".repeat(levels)}${inner}${"]".repeat(levels)}`;
  const labels = (levels: number) => `{"updates":{"entity_labels":[{"key":"k","x":${nested(levels)}}]}}`;
  const patch = (text: string) => send("PATCH", `${BANK}/config`, text);
  expect((await patch(labels(800))).status).toBe(200);
  const { overrides } = (await send("GET", `${BANK}/config`)).body;
  expect(JSON.stringify(overrides.entity_labels[0].x)).toBe(nested(800));
  for (const levels of [1_000, 10_000, 1_000_000]) expect((await patch(labels(levels))).status).toBe(400);
  for (const broken of ["[".repeat(1_000_000), '{"a":'.repeat(100_000), nested(1_000, "")]) {
    expect((await patch(broken)).status).toBe(400);
  }
  const groups = (levels: number) => `${'{"not":'.repeat(levels)}{"tags":["a"]}${"}".repeat(levels)}`;
  const recall = (levels: number) =>
    send("POST", `${BANK}/memories/recall`, `{"query":"tea","tag_groups":[${groups(levels)}]}`);
  expect((await recall(100)).status).toBe(200);
  expect((await recall(10_000)).status).toBe(400);
  expect((await send("GET", "/health")).status).toBe(200);
});

test("an id that is too long for an index is refused", async () => {
  const { send } = await startApp({ llm: OFFLINE });
  const items = [{ content: "Ann likes tea.", document_id: randomBytes(9_000).toString("hex") }];
  await send("PUT", BANK, {});
  for (const async of [false, true]) {
    expect((await send("POST", `${BANK}/memories`, { items, async })).status).toBe(400);
  }
  expect((await send("GET", `${BANK}/memories/list`)).body.items).toEqual([]);
  expect((await send("GET", `${BANK}/operations`)).body.operations).toEqual([]);
});

test("bytes that are no UTF-8 are refused in a body, and read as they can be in a path", async () => {
  const { url } = await startApp({ llm: OFFLINE });
  const body = Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]);
  const headers = { "content-type": "application/json" };
  expect((await fetch(url + BANK, { method: "PUT", body, headers })).status).toBe(400);
  expect((await fetch(`${url}/v1/default/banks/%FF%ED%A0%80/stats`)).status).toBe(404);
});
