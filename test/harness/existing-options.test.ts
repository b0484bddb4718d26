import { describe, expect, test } from "vitest";
import { parsePresetOptions } from "../../src/harness/options.ts";

const URL = "http://127.0.0.1:8888";

describe("the option `url`", () => {
  test("stands for an existing server, with its key and bound", () => {
    expect(parsePresetOptions({ url: URL, apiKey: "k", startTimeout: 5 }, { HINDSIGHT_LLM: "live" })).toEqual(
      {
        kind: "existing",
        url: URL,
        apiKey: "k",
        startTimeout: 5,
      },
    );
  });

  test("that is not set starts servers, as a variable may say", () => {
    expect(parsePresetOptions({ url: undefined, apiKey: undefined }, {})).toMatchObject({ kind: "own" });
  });

  test.each([
    [{ url: URL, llm: "replay" as const }, {}, "`url` and `llm` are both given"],
    [{ url: URL, database: "embedded" }, {}, "`url` and `database`"],
    [{ url: URL, clock: "2025-01-01" }, {}, "`url` and `clock`"],
    [{ url: URL, idSeed: "a" }, {}, "`url` and `idSeed`"],
    [{ url: URL, embeddings: { provider: "openai" } }, {}, "`url` and `embeddings`"],
    [{ url: URL, logLevel: "debug" as const }, {}, "`url` and `logLevel`"],
    [{ url: URL, startTimeout: 0 }, {}, "`startTimeout`"],
    [{ url: URL }, { HINDSIGHT_LLM: "record" }, 'HINDSIGHT_LLM is "record"'],
    [{ url: URL }, { HINDSIGHT_TEST_CLOCK: "2025-01-01" }, "HINDSIGHT_TEST_CLOCK is set"],
    [{ url: URL }, { HINDSIGHT_TEST_ID_SEED: "a" }, "HINDSIGHT_TEST_ID_SEED is set"],
    [{ apiKey: "secret-word" }, {}, "no `url` is given"],
  ])("%j with %j is refused", (options, env, what) => {
    expect(() => parsePresetOptions(options, env)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", what: expect.stringContaining(what) }),
    );
  });
});
