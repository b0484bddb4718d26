import { expect, test } from "vitest";
import { serverDefaults } from "../../../../src/engine/banks/server-defaults.ts";
import { scopeRules } from "../../../../src/engine/consolidation/strategies/scope-rules.ts";

const DEFAULTS = serverDefaults({}, { hasModel: true });

const rules = (overrides: Record<string, unknown>, scope: string[]) =>
  scopeRules({ ...DEFAULTS, ...overrides })(scope);

const strategy = (tags: string[], values: object, tagsMatch?: string) => ({
  scopes: [{ tags, ...(tagsMatch && { tags_match: tagsMatch }) }],
  ...values,
});

test("has no cap and the server's budgets by default", () => {
  expect(rules({}, ["a"])).toEqual({
    mission: null,
    maxObservations: null,
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
  expect(rules(overrides, scope).maxObservations).toBe(cap);
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
  expect(rules(bank, ["a"])).toMatchObject({
    mission: "exactly a",
    sourceFactsMaxTokens: 0,
    sourceFactsMaxTokensPerObservation: 256,
  });
  expect(rules(bank, ["b", "a"])).toMatchObject({
    mission: "of the bank",
    sourceFactsMaxTokens: 4096,
    sourceFactsMaxTokensPerObservation: 7,
  });
  expect(rules(bank, ["b"]).mission).toBe("too late");
  expect(rules(bank, []).mission).toBe("of the bank");
});
