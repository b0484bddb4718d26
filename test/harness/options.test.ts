import { describe, expect, test } from "vitest";
import { parsePresetOptions } from "../../src/harness/options.ts";

describe("a preset's options", () => {
  test("have defaults", () => {
    expect(parsePresetOptions({}, {})).toEqual({
      llm: { mode: "offline", model: "gpt-4o-mini" },
      database: "embedded",
      startTimeout: 30_000,
      logLevel: "info",
    });
  });

  test("HINDSIGHT_LLM overrides the mode and nothing else", () => {
    const options = { llm: { mode: "replay", model: "m", baseUrl: "http://127.0.0.1:1/v1" } } as const;
    expect(parsePresetOptions(options, { HINDSIGHT_LLM: "record" }).llm).toEqual({
      mode: "record",
      model: "m",
      baseUrl: "http://127.0.0.1:1/v1",
    });
  });

  test.each([
    [{ llm: "replya" }, {}, /`llm` must be one of offline, replay, record, not "replya"/],
    [{}, { HINDSIGHT_LLM: "rec" }, /HINDSIGHT_LLM must be one of/],
    [{ lmm: "replay" }, {}, /no option `lmm`/],
    [{ llm: { mode: "replay", key: "x" } }, {}, /`llm` has no option `key`/],
    [{ database: "mysql://root@localhost/x" }, {}, /`database` must be/],
    [{ database: "postgres" }, {}, /`database` must be/],
    [{ startTimeout: 0 }, {}, /`startTimeout` must be/],
    [{ startTimeout: Number.NaN }, {}, /`startTimeout` must be/],
    [{ logLevel: "loud" }, {}, /`logLevel` must be one of/],
  ])("%j with %j is refused", (options, env, message) => {
    expect(() => parsePresetOptions(options as object, env)).toThrow(message);
  });
});
