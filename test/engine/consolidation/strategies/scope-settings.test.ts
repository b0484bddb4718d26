import { expect, test } from "vitest";
import { serverDefaults } from "../../../../src/engine/banks/server-defaults.ts";
import { freeSlots, scopeSettings } from "../../../../src/engine/consolidation/strategies/scope-settings.ts";
import { createTestDatabase } from "../../../support/database.ts";
import { seedMemories } from "../../../support/memories.ts";

const DEFAULTS = serverDefaults({}, { hasModel: true });

const settings = (overrides: Record<string, unknown>, scope: string[]) =>
  scopeSettings({ ...DEFAULTS, ...overrides })(scope);

const strategy = (tags: string[], values: object, tagsMatch?: string) => ({
  scopes: [{ tags, ...(tagsMatch && { tags_match: tagsMatch }) }],
  ...values,
});

test("has no cap and the server's budgets by default", () => {
  expect(settings({}, ["a"])).toEqual({
    mission: null,
    cap: null,
    sourceFactsMaxTokens: 4096,
    sourceFactsMaxTokensPerObservation: 256,
  });
});

test.each<[overrides: Record<string, unknown>, scope: string[], cap: number | null]>([
  [{ max_observations_per_scope: 3 }, ["a"], 3],
  [{ max_observations_per_scope: 0 }, ["a"], 0],
  [{ max_observations_per_scope: -7 }, ["a"], null],
  // The untagged scope has none.
  [{ max_observations_per_scope: 3 }, [], null],
  [{ observation_scope_limits: [{ scope: ["*"], limit: 3 }] }, [], null],
  // A limit is for the scopes that its patterns cover, and the first counts.
  [{ observation_scope_limits: [{ scope: ["a"], limit: 3 }] }, ["a"], 3],
  [{ observation_scope_limits: [{ scope: ["a"], limit: 3 }] }, ["a", "b"], null],
  [{ observation_scope_limits: [{ scope: ["?"], limit: 3 }] }, ["a", "b"], 3],
  [
    {
      observation_scope_limits: [
        { scope: ["*"], limit: 1 },
        { scope: ["a"], limit: 3 },
      ],
    },
    ["a"],
    1,
  ],
  [{ observation_scope_limits: [{ scope: ["a"], limit: -1 }], max_observations_per_scope: 0 }, ["a"], null],
  // What is no limit is passed over.
  [{ observation_scope_limits: [{ scope: "a", limit: 1 }, 5, null, { scope: ["a"] }] }, ["a"], null],
  [{ observation_scope_limits: [{ scope: ["a"], limit: "1" }] }, ["a"], null],
  // A strategy comes before both; what it leaves open is theirs.
  [
    {
      consolidation_strategies: [strategy(["a"], { max_observations_per_scope: 2 })],
      observation_scope_limits: [{ scope: ["a"], limit: 3 }],
    },
    ["a", "b"],
    2,
  ],
  [
    {
      consolidation_strategies: [strategy(["a"], { observations_mission: "Only bread." })],
      observation_scope_limits: [{ scope: ["a"], limit: 3 }],
    },
    ["a"],
    3,
  ],
  [
    {
      consolidation_strategies: [strategy(["a"], { max_observations_per_scope: -1 })],
      max_observations_per_scope: 0,
    },
    ["a"],
    null,
  ],
])("the cap under %j of %j is %s", (overrides, scope, cap) => {
  expect(settings(overrides, scope).cap).toBe(cap);
});

test("takes the first strategy that claims the scope as a whole", () => {
  const consolidation_strategies = [
    // Not finished, or without anything to say.
    strategy([], { observations_mission: "none" }),
    strategy(["a", ""], { observations_mission: "empty pattern" }),
    strategy(["a"], { observations_mission: " ", max_observations_per_scope: "2" }),
    strategy(["a"], { observations_mission: "exactly a", consolidation_source_facts_max_tokens: 0 }, "exact"),
    strategy(["a"], { consolidation_source_facts_max_tokens_per_observation: 7 }),
    strategy(["?"], { observations_mission: "too late" }),
  ];
  const bank = { consolidation_strategies, observations_mission: "of the bank" };
  expect(settings(bank, ["a"])).toMatchObject({
    mission: "exactly a",
    sourceFactsMaxTokens: 0,
    sourceFactsMaxTokensPerObservation: 256,
  });
  expect(settings(bank, ["b", "a"])).toMatchObject({
    mission: "of the bank",
    sourceFactsMaxTokens: 4096,
    sourceFactsMaxTokensPerObservation: 7,
  });
  expect(settings(bank, ["b"]).mission).toBe("too late");
  expect(settings(bank, []).mission).toBe("of the bank");
});

test("counts observations with more tags against a scope's cap", async () => {
  const { database } = await createTestDatabase();
  const { bankKey } = await seedMemories(database, "b", [
    { text: "A fact.", tags: ["a", "b"] },
    { text: "One.", type: "observation", tags: ["a"] },
    { text: "Two.", type: "observation", tags: ["b", "a"] },
    { text: "Three.", type: "observation", tags: ["b"] },
    { text: "Four.", type: "observation" },
  ]);
  const free = (scope: string[], cap: number | null) => freeSlots(database, bankKey, scope, cap);
  expect(await free(["a"], 3)).toBe(1);
  expect(await free(["a", "b"], 3)).toBe(2);
  expect(await free(["a"], 1)).toBe(0);
  expect(await free(["a"], null)).toBe(null);
});
