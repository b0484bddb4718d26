import { describe, expect, test } from "vitest";
import { CONFIG_KEYS } from "../../src/engine/banks/config-keys.ts";
import { createChatModel } from "../support/chat-model.ts";
import { faults, startApp } from "./app-fixture.ts";

const BANKS = "/v1/default/banks";
const BANK = `${BANKS}/b`;

describe("making and changing a bank", () => {
  test("a fresh bank has its id for a name and a neutral disposition", async () => {
    const { send } = await startApp();
    expect((await send("PUT", BANK, {})).body).toEqual({
      bank_id: "b",
      name: "b",
      disposition: { skepticism: 3, literalism: 3, empathy: 3 },
      mission: "",
      background: "",
    });
  });

  test("flat traits win over the disposition; null and what is absent change nothing", async () => {
    const { send } = await startApp();
    await send("PUT", BANK, {
      name: "Nora",
      disposition: { skepticism: 1, literalism: 2, empathy: 4 },
      disposition_empathy: "5",
      retain_chunk_size: "1200",
      enable_observations: "no",
    });
    const again = await send("PUT", BANK, { name: null, mission: null });
    expect(again.body).toMatchObject({
      name: "Nora",
      disposition: { skepticism: 1, literalism: 2, empathy: 5 },
    });
    const { overrides } = (await send("GET", `${BANK}/config`)).body;
    expect(overrides).toEqual({
      disposition_skepticism: 1,
      disposition_literalism: 2,
      disposition_empathy: 5,
      retain_chunk_size: 1200,
      enable_observations: false,
    });
  });

  test("of the three names of the mission the first that is not empty counts; background alone clears it", async () => {
    const { send } = await startApp();
    const mission = async (body: object) => (await send("PUT", BANK, body)).body.mission;
    expect(await mission({ mission: "m1", background: "b1", reflect_mission: "r1" })).toBe("r1");
    expect(await mission({ mission: "" })).toBe("r1");
    expect(await mission({ reflect_mission: "", mission: "m2", background: "b2" })).toBe("m2");
    expect(await mission({ background: "" })).toBe("");
  });

  test("what is refused makes no bank and changes none", async () => {
    const { send } = await startApp();
    expect((await send("PUT", BANK, { retain_chunk_size: 0 })).status).toBe(400);
    expect((await send("GET", `${BANK}/config`)).status).toBe(404);
    await send("PUT", BANK, { name: "kept" });
    expect((await send("PATCH", BANK, { name: "lost", retain_structured_chunk_size: -4 })).status).toBe(400);
    expect((await send("PATCH", BANK, {})).body.name).toBe("kept");
    expect(faults(await send("PATCH", BANK, { name: 7, disposition: { skepticism: 1 } }))).toEqual([
      ["string_type", ["body", "name"]],
      ["missing", ["body", "disposition", "literalism"]],
      ["missing", ["body", "disposition", "empathy"]],
    ]);
  });

  test("PATCH wants a bank that exists", async () => {
    const { send } = await startApp();
    const missing = await send("PATCH", BANK, { name: "x" });
    expect(missing).toMatchObject({ status: 404, body: { detail: "Bank 'b' not found" } });
  });

  const badIds = [
    ["_hidden", "begin with '_'"],
    ["a".repeat(193), "longer than 192 bytes"],
    ["%C3%A9".repeat(97), "longer than 192 bytes"],
    ["line%0Abreak", "control characters"],
    ["del%7F", "control characters"],
  ] as const;

  test("some ids are not for banks", async () => {
    const { send } = await startApp();
    for (const [id, why] of badIds) {
      const refused = await send("PUT", `${BANKS}/${id}`, {});
      expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(why)]);
      expect((await send("PATCH", `${BANKS}/${id}/config`, { updates: {} })).status).toBe(400);
    }
    expect((await send("GET", BANKS)).body.total).toBe(0);
  });
});

describe("listing", () => {
  test("finds a part of id or name in any case, with wildcards, in pages", async () => {
    const { send } = await startApp();
    await send("PUT", `${BANKS}/one`, { name: "Quartz one" });
    await send("PUT", `${BANKS}/two`, { name: "quartz two", mission: "rocks" });
    const ids = async (query: string) =>
      (await send("GET", `${BANKS}${query}`)).body.banks.map(({ bank_id }: { bank_id: string }) => bank_id);
    expect(await ids("")).toEqual(["one", "two"]);
    expect(await ids("?q=QUARTZ%20O")).toEqual(["one"]);
    expect(await ids("?q=quartz%25two")).toEqual(["two"]);
    expect(await ids("?q=quart_%20two")).toEqual(["two"]);
    expect(await ids("?limit=1&offset=1")).toEqual(["two"]);
    expect((await send("GET", `${BANKS}?limit=0&offset=5`)).body).toEqual({
      banks: [],
      total: 2,
      limit: 0,
      offset: 5,
    });
    expect(faults(await send("GET", `${BANKS}?limit=-1&offset=x`))).toEqual([
      ["greater_than_equal", ["query", "limit"]],
      ["int_parsing", ["query", "offset"]],
    ]);
  });

  test("shows what is in a bank, the last written first", async () => {
    const { send } = await startApp({ testMode: false });
    await send("PUT", `${BANKS}/written`, {});
    await send("PUT", `${BANKS}/empty`, {});
    await send("POST", `${BANKS}/written/memories`, {
      items: [{ content: "Quartz is hard.", document_id: "q" }],
    });
    const [first, second] = (await send("GET", BANKS)).body.banks;
    expect(first).toEqual({
      bank_id: "written",
      name: "written",
      disposition: { skepticism: 3, literalism: 3, empathy: 3 },
      mission: "",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/),
      updated_at: expect.any(String),
      fact_count: 1,
      last_document_at: expect.any(String),
      last_write_at: expect.any(String),
      display_alias: null,
      matched_aliases: [],
    });
    expect(second).toMatchObject({
      bank_id: "empty",
      fact_count: 0,
      last_document_at: null,
      last_write_at: null,
    });
  });
});

test("deleting counts memory units, entities and documents, and an absent bank is nothing", async () => {
  const { send } = await startApp();
  const item = { content: "Alice plays chess.", document_id: "d", entities: [{ text: "Alice" }] };
  await send("POST", `${BANK}/memories`, { items: [item] });
  const deleted = { success: true, message: expect.any(String), deleted_count: 3 };
  expect(await send("DELETE", BANK)).toMatchObject({ status: 200, body: deleted });
  expect((await send("DELETE", BANK)).body.deleted_count).toBe(0);
});

describe("configuration", () => {
  test("has 57 keys, at first the server's own", async () => {
    const llm = createChatModel({ provider: "offline" }, { attribute: false });
    const { send } = await startApp({ llm });
    await send("PUT", BANK, {});
    const { config, overrides } = (await send("GET", `${BANK}/config`)).body;
    expect(overrides).toEqual({});
    expect(Object.keys(config)).toHaveLength(57);
    for (const [name, key] of Object.entries(CONFIG_KEYS))
      expect([name, config[name]]).toEqual([name, key.default]);
  });

  test("without a model it stores chunks and makes no observations", async () => {
    const { send } = await startApp({ environment: { HINDSIGHT_API_ENABLE_OBSERVATIONS: "true" } });
    await send("PUT", BANK, {});
    expect((await send("GET", `${BANK}/config`)).body.config).toMatchObject({
      retain_extraction_mode: "chunks",
      enable_observations: false,
    });
    expect((await send("GET", "/version")).body.features.observations).toBe(false);
  });

  test("an update makes the bank, merges, and takes keys in three spellings", async () => {
    const { send } = await startApp();
    const patch = async (updates: object) =>
      (await send("PATCH", `${BANK}/config`, { updates })).body.overrides;
    await patch({ HINDSIGHT_API_RETAIN_CHUNK_SIZE: 500, ENABLE_RERANKING: false, retain_mission: "names" });
    expect(await patch({ enable_reranking: null, retain_mission: "" })).toEqual({
      retain_chunk_size: 500,
      retain_mission: "",
    });
    const reset = await send("DELETE", `${BANK}/config`);
    expect([reset.status, reset.body.overrides]).toEqual([200, {}]);
    expect((await send("GET", `${BANK}/config`)).body.config.retain_chunk_size).toBe(3000);
  });

  test("updates must be an object, and a refused one leaves no bank", async () => {
    const { send } = await startApp();
    const path = `${BANK}/config`;
    expect(faults(await send("PATCH", path, {}))).toEqual([["missing", ["body", "updates"]]]);
    expect(faults(await send("PATCH", path, { updates: null }))).toEqual([
      ["dict_type", ["body", "updates"]],
    ]);
    expect((await send("PATCH", path, { updates: { made_up: 1 } })).status).toBe(400);
    const defense = { enabled: true, rules: [{ on: "secret", action: "explode" }] };
    expect(await send("PATCH", path, { updates: { memory_defense: defense } })).toMatchObject({
      status: 422,
      body: { detail: expect.any(String) },
    });
    expect((await send("GET", path)).status).toBe(404);
    expect(await send("DELETE", path)).toMatchObject({ status: 200, body: { bank_id: "b", overrides: {} } });
    expect((await send("GET", BANKS)).body.total).toBe(0);
  });
});
