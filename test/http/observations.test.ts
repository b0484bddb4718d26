import { expect, test } from "vitest";
import { seedMemories } from "../support/memories.ts";
import { type RunningApp, startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

/** Three facts, of which two tell of Ann; an observation rests on these, another one on the third. */
async function startObserved() {
  const app = await startApp();
  const { database } = app.engine.context;
  const { idOf } = await seedMemories(database, "b", [
    {
      text: "Ann swims.",
      documentId: "d1",
      tags: ["t"],
      entities: ["Ann"],
      mentionedAt: "2024-01-01T00:00:00Z",
    },
    { text: "Ann dives.", documentId: "d2", entities: ["Ann", "Sea"], mentionedAt: "2024-01-02T00:00:00Z" },
    { text: "Bo rides.", documentId: "d3", tags: ["z", "a"], mentionedAt: "2024-01-03T00:00:00Z" },
    {
      text: "Ann loves water.",
      type: "observation",
      tags: ["t"],
      sources: ["Ann dives.", "Ann swims."],
      proofCount: 2,
    },
    { text: "Bo is a rider.", type: "observation", tags: ["z", "a"], sources: ["Bo rides."] },
  ]);
  // Of the second fact nothing could be made the last time.
  await database.query(
    `UPDATE memory_units SET consolidated_at = created_at,
       consolidation_failed_at = CASE WHEN text = 'Ann dives.' THEN created_at END
     WHERE fact_type <> 'observation'`,
  );
  const send = async (method: string, path: string, body?: unknown) =>
    (await app.send(method, BANK + path, body)).body;
  return { app, send, idOf };
}

type Send = Awaited<ReturnType<typeof startObserved>>["send"];

async function texts(send: Send, query: string): Promise<string[]> {
  const { items } = await send("GET", `/memories/list${query}`);
  return items.map(({ text }: { text: string }) => text).sort();
}

const pending = (send: Send) => texts(send, "?consolidation_state=pending");
const observations = (send: Send) => texts(send, "?type=observation");

async function operations(send: Send): Promise<string[]> {
  const { operations: rows } = await send("GET", "/operations");
  return rows.map(({ task_type }: { task_type: string }) => task_type).sort();
}

test("shows an observation by itself with its sources and what they mention", async () => {
  const { send, idOf } = await startObserved();
  const observation = await send("GET", `/memories/${idOf("Ann loves water.")}`);
  expect(observation).toMatchObject({
    type: "observation",
    document_id: null,
    entities: ["Ann", "Sea"],
    history: [],
    source_memory_ids: [idOf("Ann dives."), idOf("Ann swims.")],
    source_memories: [{ text: "Ann dives.", type: "world" }, { text: "Ann swims." }],
  });
  expect(await send("GET", `/memories/${idOf("Ann loves water.")}/history`)).toEqual([]);
  expect(await send("GET", "/observations/scopes")).toEqual({
    scopes: [
      { tags: ["a", "z"], count: 1 },
      { tags: ["t"], count: 1 },
    ],
    total: 2,
    limit: 100,
    offset: 0,
  });
  const { nodes_by_fact_type } = await send("GET", "/documents/d1");
  expect(nodes_by_fact_type).toEqual({ world: 1, experience: 0, observation: 1 });
});

test("an entity that only sources mention is there under a filter of the observation's tags", async () => {
  const { send } = await startObserved();
  const { items } = await send("GET", "/entities?tags=t&tags_match=any_strict");
  expect(items.map((item: object) => item)).toMatchObject([
    { canonical_name: "Ann", mention_count: 2, last_seen: "2024-01-01T00:00:00+00:00" },
    { canonical_name: "Sea", mention_count: 1 },
  ]);
});

test("the graph draws the links of sources as their observations'", async () => {
  const { app, send, idOf } = await startObserved();
  const [swims, dives, loves] = ["Ann swims.", "Ann dives.", "Ann loves water."].map(idOf);
  await app.engine.context.database.query(
    `INSERT INTO memory_links (bank_key, from_unit_id, to_unit_id, link_type, weight, created_at)
     SELECT bank_key, $1, $2, 'temporal', 0.5, now() FROM banks`,
    [swims, dives],
  );
  const edgesOf = async (query: string) => {
    const { edges } = await send("GET", `/graph${query}`);
    return edges.map(({ data }: { data: Record<string, string> }) => [
      data.source,
      data.target,
      data.entityName || data.linkType,
    ]);
  };
  expect(await edgesOf("?type=observation")).toEqual([]);
  expect(await edgesOf("?document_id=d1")).toEqual([
    [swims, loves, "temporal"],
    [swims, loves, "Ann"],
  ]);
  expect(await edgesOf("?q=Ann")).toEqual([
    [swims, dives, "temporal"],
    [loves, dives, "temporal"],
    [swims, loves, "temporal"],
    [dives, loves, "Sea"],
    [dives, swims, "Ann"],
    [dives, loves, "Ann"],
    [swims, loves, "Ann"],
  ]);
});

test("observations of one fact are cleared, and it is consolidated again", async () => {
  const { app, send, idOf } = await startObserved();
  const cleared = await send("DELETE", `/memories/${idOf("Ann swims.")}/observations`);
  expect(cleared).toEqual({ deleted_count: 1 });
  expect(await observations(send)).toEqual(["Bo is a rider."]);
  // A failure is still told of a source that has lost its observation.
  expect(await pending(send)).toEqual(["Ann swims."]);
  expect(await texts(send, "?consolidation_state=failed")).toEqual(["Ann dives."]);
  expect(await operations(send)).toEqual(["consolidation"]);
  const { items } = await send("GET", "/documents/d1/history");
  expect(items).toMatchObject([
    {
      kind: "observations_cleared",
      fact_id: idOf("Ann swims."),
      observations_removed: { count: 1, ids: [idOf("Ann loves water.")] },
    },
  ]);
  const again = await app.send("DELETE", `${BANK}/memories/nope/observations`);
  expect(again.status).toBe(400);
});

test("all observations are cleared, and failures forgotten, without anything being queued", async () => {
  const { send } = await startObserved();
  expect(await send("DELETE", "/observations")).toMatchObject({ success: true, deleted_count: 2 });
  expect(await observations(send)).toEqual([]);
  expect(await pending(send)).toEqual(["Ann swims.", "Bo rides."]);
  expect(await send("POST", "/consolidation/recover")).toEqual({ retried_count: 1 });
  expect(await pending(send)).toEqual(["Ann dives.", "Ann swims.", "Bo rides."]);
  expect(await operations(send)).toEqual([]);
});

test("new tags take observations along only where they belong elsewhere then", async () => {
  const { send, idOf } = await startObserved();
  await send("PATCH", "/documents/d3", { tags: ["a", "z", "a"] });
  expect(await observations(send)).toEqual(["Ann loves water.", "Bo is a rider."]);
  await send("PATCH", "/documents/d3", { observation_scopes: [["z", "a"]] });
  await send("PATCH", "/documents/d3", { tags: ["other"] });
  expect(await observations(send)).toEqual(["Ann loves water.", "Bo is a rider."]);
  expect(await operations(send)).toEqual([]);
  await send("PATCH", "/documents/d3", { observation_scopes: "shared" });
  expect(await observations(send)).toEqual(["Ann loves water."]);
  expect(await pending(send)).toEqual(["Bo rides."]);
  const { items, total } = await send("GET", "/documents/d3/history");
  expect(total).toBe(1);
  expect(items).toMatchObject([{ kind: "retag", observations_removed: { ids: [idOf("Bo is a rider.")] } }]);
});

test("clearing facts takes what rests on them along; clearing observations leaves their sources consolidated", async () => {
  const { send } = await startObserved();
  expect(await send("DELETE", "/memories?type=observation")).toMatchObject({ deleted_count: 2 });
  expect(await pending(send)).toEqual([]);
  const second = await startObserved();
  expect(await second.send("DELETE", "/memories?type=world")).toMatchObject({ deleted_count: 3 });
  expect(await observations(second.send)).toEqual([]);
  const { total } = await second.send("GET", "/entities");
  expect(total).toBe(2);
});

/** Both answers, whichever comes first. */
function together(app: RunningApp, path: string, bodies: readonly object[]) {
  return Promise.all(bodies.map((body) => app.send("PATCH", BANK + path, body)));
}

test("changes of a fact that are made at once are both there", async () => {
  const { app, send, idOf } = await startObserved();
  const path = `/memories/${idOf("Bo rides.")}`;
  for (let round = 0; round < 5; round += 1) {
    const answers = await together(app, path, [
      { text: `Bo rides ${round}.` },
      { context: `race ${round}` },
      { entities: [`Bo ${round}`], resolve_entities: false },
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await send("GET", path)).toMatchObject({
      text: `Bo rides ${round}.`,
      context: `race ${round}`,
      entities: [`Bo ${round}`],
    });
  }
});

test("a fact that is edited, archived and restored at once ends whole, with the entities that it had", async () => {
  const { app, send, idOf } = await startObserved();
  const path = `/memories/${idOf("Ann dives.")}`;
  const answers = await together(app, path, [
    { state: "invalidated", text: "Ann dives deep." },
    { state: "valid" },
    { state: "invalidated", reason: "twice" },
  ]);
  for (const { status } of answers) expect([200, 400]).toContain(status);
  await send("PATCH", path, { state: "valid" });
  await app.control("POST", "/testkit/v1/settled", { sandbox: "" });
  const { items } = await send("GET", "/memories/list?document_id=d2");
  expect(items).toHaveLength(1);
  expect(items[0].text).toMatch(/^Ann dives( deep)?\.$/);
  expect((await send("GET", "/memories/list?state=invalidated")).total).toBe(0);
});
