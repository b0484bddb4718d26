import { describe, expect, test } from "vitest";
import { parseLlmOptions, resolveLlm } from "../../src/gateway/llm-options.ts";

const LOCAL = { baseUrl: "http://127.0.0.1:1/v1" };
const mode = (project: object, own: object, env: NodeJS.ProcessEnv) => resolveLlm(project, own, env).mode;

describe("the mode", () => {
  test.each([
    [{}, {}, {}, "offline"],
    [{ mode: "replay" }, {}, {}, "replay"],
    [{ mode: "replay" }, { mode: "offline" }, {}, "offline"],
    [{}, { mode: "replay" }, {}, "replay"],
    [{ mode: "replay" }, {}, { HINDSIGHT_LLM: "record" }, "record"],
    [{}, { mode: "replay" }, { HINDSIGHT_LLM: "record" }, "record"],
    [{ mode: "replay" }, {}, { HINDSIGHT_LLM: "" }, "replay"],
    // It was written for the built-in model.
    [{ mode: "replay" }, { mode: "offline" }, { HINDSIGHT_LLM: "record" }, "offline"],
    [{ mode: "offline" }, {}, { HINDSIGHT_LLM: "record" }, "offline"],
    [{ mode: "offline" }, { mode: "replay" }, { HINDSIGHT_LLM: "record" }, "record"],
    [{}, {}, { HINDSIGHT_LLM: "record" }, "record"],
    [{ mode: "replay" }, {}, { HINDSIGHT_LLM: "offline" }, "offline"],
    [{ mode: "auto" }, {}, { CI: "false" }, "auto"],
    [{ mode: "auto" }, {}, { CI: "true" }, "replay"],
    [{}, { mode: "auto" }, { CI: "1" }, "replay"],
    [{}, {}, { CI: "1", HINDSIGHT_LLM: "auto" }, "replay"],
    [{ mode: "live" }, {}, { CI: "1" }, "live"],
  ])("of project %j and test %j with %j is %s", (project, own, env, wanted) => {
    expect(mode(project, own, env)).toBe(wanted);
  });
});

describe("recording", () => {
  test.each([
    [{}],
    [{ CI: "" }],
    [{ CI: "false" }],
    [{ CI: "0" }],
    [{ CI: "true", HINDSIGHT_RECORD_IN_CI: "1" }],
  ])("is allowed with %j", (env) => {
    expect(mode({ mode: "record" }, {}, env)).toBe("record");
  });

  test.each([[{ CI: "true" }], [{ CI: "1" }], [{ CI: "true", HINDSIGHT_RECORD_IN_CI: "yes" }]])(
    "is refused with %j",
    (env) => {
      expect(() => resolveLlm({ mode: "record" }, {}, env)).toThrow(/RECORD_REFUSED.*HINDSIGHT_RECORD_IN_CI/);
    },
  );

  test.each(["record", "auto", "live"] as const)("%s needs a provider whose address is known", (asking) => {
    expect(() => resolveLlm({ mode: asking, provider: "groq" }, {}, {})).toThrow(/RECORD_REFUSED.*groq/);
    expect(resolveLlm({ mode: asking, provider: "groq", ...LOCAL }, {}, {}).baseUrl).toBe(LOCAL.baseUrl);
    expect(resolveLlm({ mode: asking, provider: "anthropic" }, {}, {}).baseUrl).toMatch(/anthropic/);
  });
});

test("a test's own settings go before the project's", () => {
  const project = { mode: "replay", provider: "openai", model: "a", apiKey: "key", ...LOCAL } as const;
  expect(resolveLlm(project, { model: "b", cassette: "shared" }, {})).toEqual({
    mode: "replay",
    provider: "openai",
    model: "b",
    cassette: "shared",
    apiKey: "key",
    baseUrl: LOCAL.baseUrl,
  });
});

test("the project's key goes to no other provider's address", () => {
  const project = { mode: "record", apiKey: "key" } as const;
  expect(resolveLlm(project, { provider: "anthropic" }, {}).apiKey).toBeUndefined();
  expect(resolveLlm(project, { provider: "anthropic", apiKey: "own" }, {}).apiKey).toBe("own");
  expect(resolveLlm(project, { provider: "openai-responses" }, {}).apiKey).toBe("key");
  // One address and one key for several providers.
  expect(resolveLlm({ ...project, ...LOCAL }, { provider: "anthropic" }, {}).apiKey).toBe("key");
});

test.each([
  ["replya", /must be one of offline, replay, auto, record, live, not "replya"/],
  [{ mode: "rec" }, /`mode` of `llm` must be one of/],
  [{ key: "x" }, /`llm` has no option `key`/],
  [{ model: "" }, /`model` of `llm` must be a text that is not empty/],
  [{ model: 1 }, /`model` of `llm` must be a text/],
  [{ baseUrl: "localhost" }, /`baseUrl` of `llm` is no URL/],
  [1, /must be a mode or an object/],
  [null, /must be a mode or an object/],
])("%j is refused", (options, message) => {
  expect(() => parseLlmOptions(options, "`llm`")).toThrow(message);
});

test("an unknown word in the variable is refused", () => {
  expect(() => resolveLlm({}, {}, { HINDSIGHT_LLM: "rec" })).toThrow(/HINDSIGHT_LLM must be one of/);
});
