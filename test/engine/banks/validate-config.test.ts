import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../src/engine/banks/resolve-config.ts";
import { serverDefaults } from "../../../src/engine/banks/server-defaults.ts";
import { validateConfigUpdate } from "../../../src/engine/banks/validate-config.ts";
import { EngineError } from "../../../src/engine/errors.ts";
import { recallSettings } from "../../../src/engine/recall/settings.ts";
import { reflectSettings } from "../../../src/engine/reflect/settings.ts";
import { retainSettings } from "../../../src/engine/retain/settings.ts";

const state = (overrides: Record<string, unknown> = {}) => ({
  defaults: serverDefaults({}, { hasModel: true }),
  overrides,
  maxCompletionTokens: 64_000,
});

function refusal(updates: Record<string, unknown>, overrides: Record<string, unknown> = {}) {
  try {
    validateConfigUpdate(updates, state(overrides));
  } catch (error) {
    if (error instanceof EngineError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("what is refused", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ HINDSIGHT_API_LLM_API_KEY: "x" }, "credentials"],
    [{ embeddings_openai_base_url: "x" }, "credentials"],
    [{ llm_model: "x" }, "setting of the server"],
    [{ made_up: 1 }, "not a known configuration key"],
    [{ retain_chunk_size: "3" }, "must be an integer"],
    [{ retain_chunk_size: 2.5 }, "must be an integer"],
    [{ retain_chunk_size: true }, "must be an integer"],
    [{ retain_chunk_size: 0 }, "must be at least 1"],
    [{ enable_reranking: "false" }, "must be a boolean"],
    [{ enable_reranking: 1 }, "must be a boolean"],
    [{ mcp_enabled_tools: "recall" }, "must be a list"],
    [{ recall_budget_function: "linear" }, "must be one of: fixed, adaptive"],
    [{ recall_budget_fixed_low: null }, "must be an integer"],
    [{ recall_budget_adaptive_low: 0 }, "must be greater than 0"],
    [{ recall_budget_min: 3000 }, "must not be greater than 'recall_budget_max' (2000)"],
    [{ recall_budget_min: 30, recall_budget_max: 20 }, "must not be greater"],
    [{ disposition_empathy: 6 }, "must be at most 5"],
    [{ default_observation_scopes: "all" }, "must be one of"],
    [{ default_observation_scopes: [["a"], "b"] }, "must be one of"],
    [{ consolidation_strategies: [{ scope: [] }] }, "entry 0 has an unknown field 'scope'"],
    [{ consolidation_strategies: [{ scopes: [{ tags: "x" }] }] }, "must be a list of strings"],
    [{ retain_strategies: { " ": {} } }, "without a name"],
    [{ retain_strategies: { fast: 1 } }, "must be an object"],
    [{ retain_strategies: { fast: { retain_chunk_size: 64_000 } } }, "must be less than 64000"],
    [{ retain_strategies: { fast: { retain_mission: 1 } } }, "must be a string"],
    [{ reflect_default_options: { reflect_search_observations_max_tokens: 0 } }, "at least 1"],
    [{ knowledge_page_default_trigger: { mode: "sometimes" } }, "one of: full, delta"],
    [{ entity_labels: [{ values: [] }] }, "without a 'key'"],
    [{ entity_labels: { attributes: [{ key: "mood", type: "odd" }] } }, "must be one of"],
  ])("%j", (updates, why) => {
    expect(refusal(updates)).toMatch(/^invalid_value: /);
    expect(refusal(updates)).toContain(why);
  });

  test("a policy that cannot be applied is another kind of refusal", () => {
    const memory_defense = { rules: [{ on: "secret", action: "explode" }] };
    expect(refusal({ memory_defense })).toMatch(/^unprocessable: .*action must be one of/);
    expect(refusal({ memory_defense: { rules: [{ on: "", action: "block" }] } })).toMatch(/^unprocessable: /);
    expect(refusal({ memory_defense: "on" })).toMatch(/^invalid_value: .*must be an object/);
  });

  test("of several faults the graver one is named", () => {
    const all = {
      recall_budget_min: 5000,
      retain_chunk_size: 0,
      enable_reranking: 1,
      made_up: 1,
      port: 1,
      llm_api_key: "x",
    };
    const order = [
      "llm_api_key",
      "port",
      "made_up",
      "enable_reranking",
      "retain_chunk_size",
      "recall_budget_min",
    ];
    let left: Record<string, unknown> = all;
    for (const gravest of order) {
      expect(refusal(left)).toContain(`'${gravest}'`);
      left = Object.fromEntries(Object.entries(left).filter(([name]) => name !== gravest));
    }
  });

  test("bounds are also checked against what is stored", () => {
    expect(refusal({ recall_budget_max: 40 }, { recall_budget_min: 50 })).toContain("must not be greater");
  });
});

describe("what is accepted", () => {
  test.each<[Record<string, unknown>]>([
    [{ recall_budget_adaptive_low: 1 }],
    [{ recall_budget_function: "ADAPTIVE" }],
    [{ retain_extraction_mode: "no such mode", max_observations_per_scope: -7 }],
    [{ default_observation_scopes: [["topic:*"]] }],
    [
      {
        retain_strategies: { fast: { retain_chunk_size: 100, whatever: 1 } },
        retain_default_strategy: "slow",
      },
    ],
    [{ entity_labels: [{ key: "mood", values: [{ value: "good" }] }] }],
    [{ consolidation_strategies: [{}, { scopes: [{ tags: ["a"], tags_match: "exact" }] }] }],
    [{ memory_defense: { enabled: true, rules: [{ on: "sensitive_data", action: "redact" }] } }],
    [{ knowledge_page_default_trigger: { mode: "delta", refresh_cron: null } }],
  ])("%j", (updates) => {
    expect(refusal(updates)).toBe("accepted");
    expect(validateConfigUpdate(updates, state()).set).toEqual(updates);
  });

  test("null removes an override, under any spelling of its key", () => {
    const update = validateConfigUpdate({ RETAIN_MISSION: null, retain_chunk_size: 7 }, state());
    expect(update).toEqual({ set: { retain_chunk_size: 7 }, remove: ["retain_mission"] });
  });
});

describe("settings", () => {
  const strategies = { fast: { retain_chunk_size: 100, retain_extraction_mode: "chunks" }, odd: "x" };

  test("a strategy overrides the bank; one that does not exist changes nothing", () => {
    const config = resolveConfig(serverDefaults({}, { hasModel: true }), {
      retain_strategies: strategies,
      retain_mission: "m",
    });
    expect(retainSettings(config, "fast")).toMatchObject({
      retainChunkSize: 100,
      retainExtractionMode: "chunks",
      retainMission: "m",
    });
    for (const name of ["slow", "odd", "toString", undefined]) {
      expect(retainSettings(config, name).retainChunkSize).toBe(3000);
    }
  });

  test("the default strategy serves items without one", () => {
    const config = resolveConfig(serverDefaults({}, { hasModel: true }), {
      retain_strategies: strategies,
      retain_default_strategy: "fast",
    });
    expect(retainSettings(config, undefined).retainChunkSize).toBe(100);
    expect(retainSettings(config, "slow").retainChunkSize).toBe(3000);
  });

  test("recall and reflect read the bank's keys; a request's own options win", () => {
    const config = resolveConfig(serverDefaults({}, { hasModel: true }), {
      recall_budget_function: "ADAPTIVE",
      disposition_empathy: 5,
      reflect_default_options: { reflect_search_observations_max_tokens: 9 },
    });
    expect(recallSettings(config).budgetFunction).toBe("adaptive");
    expect(reflectSettings(config, {})).toMatchObject({
      mission: "",
      disposition: { skepticism: 3, literalism: 3, empathy: 5 },
      observationsMaxTokens: 9,
      observationsIncludeEntities: true,
    });
    const asked = reflectSettings(config, { observationsMaxTokens: 1, observationsIncludeEntities: false });
    expect([asked.observationsMaxTokens, asked.observationsIncludeEntities]).toEqual([1, false]);
  });
});
