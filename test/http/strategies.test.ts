import { expect, test } from "vitest";
import { seedMemories } from "../support/memories.ts";
import { startApp } from "./app-fixture.ts";

const PREVIEW = "/v1/default/banks/b/consolidation-strategies/preview";

async function startObserved() {
  const app = await startApp();
  await seedMemories(app.engine.context.database, "b", [
    { text: "Bread is Edda's.", type: "observation", tags: ["bread", "edda"] },
    { text: "Edda is a baker.", type: "observation", tags: ["edda"] },
    { text: "Edda hums.", type: "observation", tags: ["edda"] },
    { text: "The yard is swept.", type: "observation" },
  ]);
  return (body: unknown) => app.send("POST", PREVIEW, body);
}

test("tells which scopes each strategy of a draft would get", async () => {
  const preview = await startObserved();
  const { status, body } = await preview({
    strategies: [
      { scopes: [{ tags: ["bread"] }], observations_mission: " " },
      { scopes: [{ tags: ["edda"], tags_match: "exact" }], max_observations_per_scope: 0, note: "ignored" },
      { scopes: [{ tags: [] }, { tags: ["ed*"] }], observations_mission: "Only bread." },
    ],
    sample_limit: 1,
  });
  expect(status).toBe(200);
  const bread = { tags: ["bread", "edda"], count: 1, handled_by: 2 };
  const edda = { tags: ["edda"], count: 2, handled_by: 1 };
  expect(body).toEqual({
    strategies: [
      {
        active: false,
        claimed_count: 0,
        rules: [{ match_count: 1, taken_count: 1, observation_count: 1, samples: [bread] }],
      },
      {
        active: true,
        claimed_count: 1,
        rules: [{ match_count: 1, taken_count: 0, observation_count: 2, samples: [edda] }],
      },
      {
        active: true,
        claimed_count: 1,
        rules: [
          { match_count: 0, taken_count: 0, observation_count: 0, samples: [] },
          { match_count: 2, taken_count: 1, observation_count: 3, samples: [edda] },
        ],
      },
    ],
    default: { match_count: 1, observation_count: 1, samples: [{ tags: [], count: 1, handled_by: null }] },
    scopes_scanned: 3,
    complete: true,
  });
});

test("looks at the first ten thousand scopes, and says that there are more", async () => {
  const app = await startApp();
  const { database } = app.engine.context;
  const { bankKey } = await seedMemories(database, "b", [
    { text: "One.", type: "observation", tags: ["seed"] },
    { text: "Two.", type: "observation", tags: ["seed"] },
  ]);
  await database.query(
    `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, tags, embedding, created_at, updated_at)
     SELECT bank_key, gen_random_uuid(), 1000 + number, fact_type, text, ARRAY['t' || number], embedding, created_at, updated_at
     FROM memory_units, generate_series(1, 10000) AS number WHERE bank_key = $1 AND text = 'One.'`,
    [bankKey],
  );
  const { body } = await app.send("POST", PREVIEW, {
    strategies: [{ scopes: [{ tags: ["*1*2*3*"] }], max_observations_per_scope: 1 }],
    sample_limit: 2,
  });
  expect(body).toMatchObject({ scopes_scanned: 10_000, complete: false });
  expect(body.default.samples[0]).toEqual({ tags: ["seed"], count: 2, handled_by: null });
  // One hundred and twenty-three, and so on: 1, 2 and 3 in this order.
  expect(body.strategies[0].rules[0].samples.map(({ tags }: { tags: string[] }) => tags)).toEqual([
    ["t1023"],
    ["t1123"],
  ]);
});

test("refuses what is no strategy, and banks that are not there", async () => {
  const preview = await startObserved();
  const fault = async (body: unknown) => {
    const answer = await preview(body);
    expect(answer.status).toBe(422);
    return answer.body.detail.map(({ loc, type }: { loc: unknown[]; type: string }) =>
      [...loc, type].join(" "),
    );
  };
  expect(await fault({})).toEqual(["body strategies missing"]);
  expect(await fault({ strategies: [], sample_limit: 51 })).toEqual(["body sample_limit less_than_equal"]);
  expect(await fault({ strategies: [{ scopes: [{ tags: ["a"], tags_match: "any" }] }] })).toEqual([
    "body strategies 0 scopes 0 tags_match value_error",
  ]);
  const app = await startApp();
  expect((await app.send("POST", PREVIEW, { strategies: [] })).status).toBe(404);
});
