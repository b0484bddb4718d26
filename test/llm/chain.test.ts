import { describe, expect, test } from "vitest";
import { ModelChain } from "../../src/llm/chain.ts";
import { LlmError } from "../../src/llm/llm-error.ts";
import type { ChatModel, ChatRequest } from "../../src/llm/types.ts";
import type { LlmStrategy } from "../../src/settings/llm-chain-settings.ts";
import { languageModels } from "../support/chat-model.ts";

const REQUEST: ChatRequest = {
  scope: "reflect",
  messages: [{ role: "user", content: "Who?" }],
  attribution: { sandboxId: "", bankId: "b" },
};
const USAGE = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, thoughtsTokens: 0 };

/** Models a, b and c, of which some are down, and a clock that is set. */
function chain(strategy: Partial<LlmStrategy> & Pick<LlmStrategy, "mode">) {
  const asked: string[] = [];
  const down = new Map<string, LlmError>();
  const clock = { now: 0 };
  const model = (name: string): ChatModel => ({
    provider: name,
    model: name,
    async complete() {
      asked.push(name);
      const error = down.get(name);
      if (error) throw error;
      return { content: name, toolCalls: [], finishReason: "stop", usage: USAGE };
    },
  });
  const models = new ModelChain(
    [model("a"), model("b"), model("c")],
    { cooldownMs: 60_000, ...strategy },
    () => clock.now,
  );
  const ask = async (request: Partial<ChatRequest> = {}) =>
    (await models.complete({ ...REQUEST, ...request })).content;
  return { ask, asked, down, clock };
}

const broken = (message = "down") => new LlmError("status", message, { status: 503, retryable: true });

describe("failover", () => {
  test("asks the next one when one fails, and that one last until it has cooled down", async () => {
    const { ask, asked, down, clock } = chain({ mode: "failover" });
    down.set("a", broken());
    expect(await ask()).toBe("b");
    expect(await ask()).toBe("b");
    expect(asked).toEqual(["a", "b", "b"]);
    clock.now = 60_000;
    expect(await ask()).toBe("b");
    expect(asked.slice(3)).toEqual(["a", "b"]);
    // The second time, it cools down for twice as long.
    clock.now = 120_001;
    await ask();
    expect(asked.slice(5)).toEqual(["b"]);
    clock.now = 180_000;
    down.clear();
    expect(await ask()).toBe("a");
    down.set("a", broken());
    await ask();
    clock.now = 240_000;
    await ask();
    expect(asked.slice(-2)).toEqual(["a", "b"]);
  });

  test("one that cools down is asked all the same when the others fail too", async () => {
    const { ask, asked, down } = chain({ mode: "failover" });
    for (const name of ["a", "b", "c"]) down.set(name, broken(`${name} is down`));
    await expect(ask()).rejects.toThrow("c is down");
    await expect(ask()).rejects.toThrow("c is down");
    expect(asked).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("what is too long for one is not tried with the others", async () => {
    const { ask, asked, down } = chain({ mode: "failover" });
    down.set("a", new LlmError("length", "cut off", { retryable: false }));
    await expect(ask()).rejects.toThrow("cut off");
    expect(asked).toEqual(["a"]);
  });
});

describe("round-robin", () => {
  test("begins with each in turn", async () => {
    const { ask } = chain({ mode: "round-robin" });
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual(["a", "b", "c", "a"]);
  });

  test("by weights, spread out", async () => {
    const { ask } = chain({ mode: "round-robin", weights: [3, 1, 1] });
    const turns: (string | null)[] = [];
    for (let turn = 0; turn < 10; turn++) turns.push(await ask());
    expect(turns.slice(0, 5)).toEqual(["a", "b", "a", "c", "a"]);
    expect(turns.filter((name) => name === "a")).toHaveLength(6);
  });

  test("goes on with the others when one fails", async () => {
    const { ask, down } = chain({ mode: "round-robin" });
    down.set("b", broken());
    expect([await ask(), await ask(), await ask()]).toEqual(["a", "c", "c"]);
  });
});

test("metadata of the item chooses one, which nobody stands in for", async () => {
  const routes = [
    { key: "labels", value: "eu", member: 1 },
    { key: "secret", value: "true", member: 2 },
  ];
  const { ask, asked, down } = chain({ mode: "metadata", routes });
  expect(await ask({ itemMetadata: { labels: ["pii", "eu"] } })).toBe("b");
  expect(await ask({ itemMetadata: { secret: true } })).toBe("c");
  expect(await ask({ itemMetadata: { secret: "no" } })).toBe("a");
  expect(await ask()).toBe("a");
  down.set("b", broken());
  await expect(ask({ itemMetadata: { labels: "eu" } })).rejects.toThrow("down");
  expect(asked.at(-1)).toBe("b");
});

describe("settings", () => {
  const base = { LLM_PROVIDER: "offline", LLM_1_PROVIDER: "openai", LLM_1_API_KEY: "k" };
  test.each([
    [{ ...base, LLM_1_API_KEY: "" }, "LLM_KEY_MISSING", /openai/],
    [{ ...base, LLM_STRATEGY: "[]" }, "INVALID_OPTION", /LLM_STRATEGY must be a JSON object/],
    [{ ...base, LLM_STRATEGY: '{"mode":"random"}' }, "INVALID_OPTION", /`mode`/],
    [{ ...base, LLM_STRATEGY: '{"mode":"failover","weights":[1,1]}' }, "INVALID_OPTION", /`weights`/],
    [{ ...base, LLM_STRATEGY: '{"mode":"round-robin","weights":[1]}' }, "INVALID_OPTION", /1 weights for 2/],
    [{ ...base, LLM_STRATEGY: '{"mode":"metadata"}' }, "INVALID_OPTION", /`routes`/],
    [{ ...base, LLM_STRATEGY: '{"mode":"failover","x":1}' }, "INVALID_OPTION", /"x"/],
    [
      { ...base, REFLECT_LLM_STRATEGY: '{"mode":"metadata","routes":[{"key":"a","value":"b","member":1}]}' },
      "INVALID_OPTION",
      /retain alone/,
    ],
  ])("%j is refused", (variables, code, message) => {
    expect(() => languageModels(variables)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test("a chain of operation inherits the global one; without a strategy the primary answers alone", () => {
    const chained = languageModels({ ...base, LLM_STRATEGY: '{"mode":"failover"}' });
    expect(chained.operations.reflect.model).toBeInstanceOf(ModelChain);
    expect(chained.operations.mental_model_refresh.model).toBeInstanceOf(ModelChain);
    expect(languageModels(base).operations.retain.model).not.toBeInstanceOf(ModelChain);
  });
});
