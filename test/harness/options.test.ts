import { describe, expect, test } from "vitest";
import { parsePresetOptions } from "../../src/harness/options.ts";

describe("a preset's options", () => {
  test("have defaults", () => {
    expect(parsePresetOptions({}, {})).toMatchObject({
      llm: {},
      defaultLlm: { mode: "offline", provider: "openai", model: "gpt-4o-mini" },
      embeddings: undefined,
      reranker: undefined,
      database: { kind: "embedded" },
      startTimeout: 30_000,
      logLevel: "info",
      clock: null,
      idSeed: null,
    });
  });

  test("the variables of clock and seed override theirs", () => {
    const options = { clock: "2030-01-01", idSeed: "a" };
    expect(parsePresetOptions(options, {})).toMatchObject({ clock: "2030-01-01T00:00:00.000Z", idSeed: "a" });
    const env = { HINDSIGHT_TEST_CLOCK: "2031-02-03T04:05+01:00", HINDSIGHT_TEST_ID_SEED: "b" };
    expect(parsePresetOptions(options, env)).toMatchObject({
      clock: "2031-02-03T03:05:00.000Z",
      idSeed: "b",
    });
  });

  test.each([
    [{ llm: "replya" }, {}, /`llm` must be one of/],
    [{ llm: "record" }, { CI: "true" }, /RECORD_REFUSED/],
    [{ embeddings: { provider: "cohere" } }, {}, /`embeddings.provider` must be one of openai, tei/],
    [{ reranker: { provider: "tei", url: "x" } }, {}, /`reranker` has no option `url`/],
    [{ reranker: { provider: "tei", baseUrl: "x" } }, {}, /`reranker.baseUrl` is no URL/],
    [{ lmm: "replay" }, {}, /no option `lmm`/],
    [{ llm: { mode: "replay", key: "x" } }, {}, /`llm` has no option `key`/],
    [{ database: "mysql://root@localhost/x" }, {}, /`database` must be/],
    [{ database: "postgres" }, {}, /`database` must be/],
    [{ startTimeout: 0 }, {}, /`startTimeout` must be/],
    [{ startTimeout: Number.NaN }, {}, /`startTimeout` must be/],
    [{ startTimeout: 2 ** 31 }, {}, /`startTimeout` must be/],
    [{ clock: "tomorrow" }, {}, /`clock` must be ISO 8601 .* not "tomorrow"/],
    [{ clock: "2025-02-30" }, {}, /`clock` must be ISO 8601/],
    [{ clock: "2025-13-01" }, {}, /`clock` must be ISO 8601/],
    [{ clock: "2025-02-28T25:00" }, {}, /`clock` must be ISO 8601/],
    [{ clock: "0001-01-01" }, {}, /in the years 2 to 9998/],
    [{ clock: 1 }, {}, /`clock` must be ISO 8601/],
    [{}, { HINDSIGHT_TEST_CLOCK: "now" }, /HINDSIGHT_TEST_CLOCK must be ISO 8601/],
    [{ idSeed: "" }, {}, /`idSeed` must be a text/],
    [{ logLevel: "loud" }, {}, /`logLevel` must be one of/],
  ])("%j with %j is refused", (options, env, message) => {
    expect(() => parsePresetOptions(options as object, env as NodeJS.ProcessEnv)).toThrow(message);
  });
});
