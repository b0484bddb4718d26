import { describe, expect, test } from "vitest";
import type { RecallAnswer } from "../../../src/engine/types.ts";
import type { SeedMemory } from "../../support/memories.ts";
import { broughtBy, searchedBank } from "../../support/recall.ts";

/** Only the text that is asked for is near enough to set out from. */
const environment = { HINDSIGHT_API_GRAPH_SEED_MIN_SIMILARITY: "0.99" };

const TOWN: SeedMemory[] = [
  { text: "The dam broke", entities: ["Dam", "Lerwick", "Council"], tags: ["flood"] },
  { text: "Sheep drowned", entities: ["Lerwick"] },
  { text: "A road was mended", entities: ["Council", "Lerwick"], tags: ["repairs"] },
  { text: "Turbines stand still", entities: ["Dam", "Lerwick", "Council"] },
  { text: "I carried sandbags", type: "experience", entities: ["Dam"] },
  { text: "Olaf sings", entities: ["Olaf"] },
];

const rounded = (answer: RecallAnswer) =>
  broughtBy("graph", answer).map(([text, score]) => [text, Number(score.toFixed(5))]);

describe("entities", () => {
  test("count more the more a fact has in common with the seeds, of whose type it is", async () => {
    const { ask } = await searchedBank(TOWN, { environment });
    expect(rounded(await ask("The dam broke"))).toEqual([
      ["Turbines stand still", 0.90515],
      ["A road was mended", 0.76159],
      ["Sheep drowned", 0.46212],
    ]);
    expect(rounded(await ask("Olaf sings"))).toEqual([]);
  });

  test("lead to a limited number of facts each, those with the highest ids", async () => {
    const { ask, idOf } = await searchedBank(TOWN, {
      environment: { ...environment, HINDSIGHT_API_LINK_EXPANSION_PER_ENTITY_LIMIT: "1" },
    });
    const last = ["Sheep drowned", "A road was mended", "Turbines stand still"].sort((a, b) =>
      idOf(a) < idOf(b) ? 1 : -1,
    )[0];
    expect(
      (await ask("The dam broke")).trace?.searches.find(({ arm }) => arm === "graph")?.hits,
    ).toContainEqual(expect.objectContaining({ unitId: idOf(last ?? "") }));
  });
});

describe("links", () => {
  test("by similarity count in both directions, by the best weight, and not to the seed itself", async () => {
    const { ask } = await searchedBank(
      [{ text: "The dam broke" }, { text: "Sheep drowned" }, { text: "Olaf sings" }],
      {
        environment,
        links: [
          ["The dam broke", "semantic", "The dam broke", 1],
          ["The dam broke", "semantic", "Sheep drowned", 0.75],
          ["Sheep drowned", "semantic", "The dam broke", 0.875],
          ["Olaf sings", "semantic", "The dam broke", 0.7],
          ["The dam broke", "temporal", "Olaf sings", 1],
        ],
      },
    );
    expect(rounded(await ask("The dam broke"))).toEqual([
      ["Sheep drowned", 0.875],
      ["Olaf sings", 0.7],
    ]);
  });

  test("lead to causes, also to one that is a seed, and not to effects", async () => {
    const { ask } = await searchedBank(
      [{ text: "The dam broke" }, { text: "The dam broke!" }, { text: "Rain fell" }],
      {
        environment,
        links: [
          ["The dam broke", "caused_by", "Rain fell", 1],
          ["The dam broke!", "caused_by", "The dam broke", 1],
        ],
      },
    );
    expect(rounded(await ask("The dam broke")).sort()).toEqual([
      ["Rain fell", 1],
      ["The dam broke", 1],
    ]);
    expect(rounded(await ask("Rain fell"))).toEqual([]);
  });

  test("and entities add up", async () => {
    const { ask } = await searchedBank(
      [
        { text: "The dam broke", entities: ["Dam"] },
        { text: "Rain fell", entities: ["Dam"] },
      ],
      {
        environment,
        links: [
          ["The dam broke", "caused_by", "Rain fell", 1],
          ["The dam broke", "semantic", "Rain fell", 0.75],
        ],
      },
    );
    expect(rounded(await ask("The dam broke"))).toEqual([["Rain fell", 2.21212]]);
  });
});

test("tags filter after the list is cut", async () => {
  const { ask } = await searchedBank(TOWN, { environment });
  const wide = { budgetFixed: { low: 3, mid: 3, high: 3 } };
  const narrow = { budgetFixed: { low: 2, mid: 2, high: 2 } };
  const request = { tags: ["flood"], tagsMatch: "any" as const };
  expect(rounded(await ask("The dam broke", request, wide)).map(([text]) => text)).toEqual([
    "Turbines stand still",
    "Sheep drowned",
  ]);
  // The road's fact takes the second place, and is then left out.
  expect(rounded(await ask("The dam broke", request, narrow)).map(([text]) => text)).toEqual([
    "Turbines stand still",
  ]);
});

test("observations are joined by what their sources' entities lead to", async () => {
  const { ask } = await searchedBank(
    [
      { text: "The dam broke", entities: ["Dam"] },
      { text: "Turbines stand still", entities: ["Dam"] },
      { text: "The dam is old", entities: ["Dam"] },
      { text: "Olaf sings", entities: ["Olaf"] },
      { text: "Floods come often", type: "observation", sources: ["The dam broke"] },
      {
        text: "Power is short",
        type: "observation",
        sources: ["Turbines stand still", "The dam is old", "Olaf sings"],
      },
      { text: "Choirs are popular", type: "observation", sources: ["Olaf sings"] },
    ],
    { environment, links: [["Choirs are popular", "semantic", "Floods come often", 0.8]] },
  );
  expect(rounded(await ask("Floods come often", { types: ["observation"] }))).toEqual([
    ["Choirs are popular", 0.8],
    ["Power is short", 0.76159],
  ]);
});

test("where the entities take too long, the links are left, and no observations", async () => {
  const { ask, database } = await searchedBank(
    [
      ...TOWN,
      { text: "Floods come often", type: "observation", sources: ["The dam broke"] },
      { text: "Power is short", type: "observation", sources: ["Turbines stand still"] },
    ],
    {
      environment: { ...environment, HINDSIGHT_API_LINK_EXPANSION_TIMEOUT: "0.2" },
      links: [
        ["The dam broke", "semantic", "Olaf sings", 0.8],
        ["Floods come often", "semantic", "Power is short", 0.8],
      ],
    },
  );
  const lock = await database.connect();
  try {
    await lock.query("BEGIN");
    await lock.query("LOCK TABLE unit_entities IN ACCESS EXCLUSIVE MODE");
    expect(rounded(await ask("The dam broke", { types: ["world"] }))).toEqual([["Olaf sings", 0.8]]);
    expect(rounded(await ask("Floods come often", { types: ["observation"] }))).toEqual([]);
  } finally {
    await lock.query("ROLLBACK");
    lock.release();
  }
});
