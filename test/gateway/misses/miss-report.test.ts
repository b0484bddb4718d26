import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Miss } from "../../../src/gateway/misses/miss-report.ts";
import {
  type Ask,
  chat,
  type GatewayFixture,
  RECORD_COMMAND,
  SYSTEM,
  startGateway,
} from "../gateway-fixture.ts";

type Recorded = [body: unknown, options?: Ask];

/** Records `recorded`, replays `asked`, and gives the only miss. */
async function missOf(recorded: Recorded[], asked: Recorded): Promise<{ miss: Miss; f: GatewayFixture }> {
  const f = await startGateway();
  await f.record("test", async () => {
    for (const [body, options] of recorded) await f.ask(body, options);
  });
  await f.begin("replay");
  expect((await f.ask(...asked)).status).toBe(400);
  const { misses } = await f.end();
  expect(misses).toHaveLength(1);
  const [miss] = misses;
  if (!miss) throw new Error("no miss");
  return { miss, f };
}

const TOOLS = [{ type: "function", function: { name: "recall", description: "Finds memories." } }];

function withSystem(system: string, question: string) {
  return {
    ...chat(question),
    messages: [
      { role: "system", content: system },
      { role: "user", content: question },
    ],
  };
}

describe("the whole report", () => {
  test("of an edited prompt", async () => {
    const edited = SYSTEM.replace("Cite what you used.", "Always cite what you used.");
    const { miss, f } = await missOf(
      [[chat("Where?")], [chat("Who?")], [chat("When?"), { scope: "retain_extract_facts" }]],
      [withSystem(edited, "Who?")],
    );
    expect(miss.report.replace(/[0-9a-f]{8};/, "<key>;")).toBe(
      `reflect asked scripted-model something that was not recorded.
  Cassette: ${relative(process.cwd(), f.path())} (3 entries)
  Nearest entry: <key>; it differs in: system
  system (- recorded, + asked), the same in 3 of 3 entries:
          You answer from memory.
    -     Cite what you used.
    +     Always cite what you used.
          Say so when you know nothing.
  Likely cause: the prompt changed.
  Record this test again: ${RECORD_COMMAND}`,
    );
    expect(miss).toMatchObject({
      cause: "system",
      scope: "reflect",
      model: "scripted-model",
      differs: ["system"],
    });
  });

  test("of a test without a cassette", async () => {
    const f = await startGateway();
    await f.begin("replay");
    await f.ask(chat("Who?"));
    const { misses } = await f.end();
    expect(misses).toMatchObject([{ cause: "no-cassette", differs: [] }]);
    expect(misses[0]?.report).toBe(
      `reflect asked scripted-model something that was not recorded.
  Cassette: ${relative(process.cwd(), f.path())} (there is none)
  Likely cause: this test has not been recorded yet.
  Record this test again: ${RECORD_COMMAND}`,
    );
  });
});

describe("the likely cause", () => {
  test.each<[string, Recorded[], Recorded, Partial<Miss>, string[]]>([
    [
      "the list of tools",
      [[chat("Who?", { tools: TOOLS })]],
      [chat("Who?", { tools: [...TOOLS, { type: "function", function: { name: "expand" } }] })],
      { cause: "tools", differs: ["tools"] },
      ["the list of tools changed", "name: expand"],
    ],
    [
      "the schema",
      [[chat("Who?", { response_format: { type: "json_object" } })]],
      [chat("Who?")],
      { cause: "schema", differs: ["schema"] },
      ["the schema of the answer changed", "- type: json_object", "+ null"],
    ],
    [
      "the parameters",
      [[chat("Who?")]],
      [chat("Who?", { temperature: 0.1, max_tokens: 5 })],
      { cause: "parameters", differs: ["parameters"] },
      ["the parameters changed", "- temperature: 0.9", "+ temperature: 0.1", "+ max_tokens: 5"],
    ],
    [
      "the model",
      [[chat("Who?")]],
      [{ ...chat("Who?"), model: "other" }],
      { cause: "model", differs: ["model"] },
      ["model: recorded scripted-model, asked other", "the model changed"],
    ],
    [
      "the state",
      [[chat("Alice was born in Paris in 1990.")], [chat("Something else entirely, which is not like it.")]],
      [chat("Alice was born in Rome in 1990.")],
      { cause: "conversation", differs: ["conversation"] },
      [
        "- - content: Alice was born in Paris in 1990.",
        "+ - content: Alice was born in Rome in 1990.",
        "the state drifted",
      ],
    ],
    [
      "a new call",
      [[chat("Who?"), { scope: "retain_extract_facts" }]],
      [chat("Who?")],
      { cause: "scope", differs: ["scope"] },
      ["scope: recorded retain_extract_facts, asked reflect", "nothing was recorded for this scope"],
    ],
    [
      "an edited prompt, rather than the conversation that follows from it",
      [[chat("Who?")]],
      [withSystem(`${SYSTEM}\nBe brief.`, "Who else?")],
      { cause: "system", differs: ["system", "conversation"] },
      ["+     Be brief.", "+ - content: Who else?"],
    ],
  ])("is %s", async (_name, recorded, asked, expected, texts) => {
    const { miss } = await missOf(recorded, asked);
    expect(miss).toMatchObject(expected);
    for (const text of texts) expect(miss.report).toContain(text);
  });
});

describe("the nearest entry", () => {
  test("is of the same scope, though one of another has more in common", async () => {
    const { miss } = await missOf(
      [[chat("Who?"), { scope: "retain_extract_facts" }], [chat("Where?", { temperature: 0 })]],
      [chat("Who?")],
    );
    expect(miss.differs).toEqual(["parameters", "conversation"]);
  });

  test("has the longest history in common", async () => {
    const turns = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Who?" },
      { role: "assistant", content: "Alice." },
    ];
    const ask = (...messages: unknown[]): Recorded => [{ model: "m", messages }];
    const { miss } = await missOf(
      [ask(...turns.slice(0, 1)), ask(...turns.slice(0, 3)), ask({ role: "user", content: "Bob?" })],
      ask(...turns.slice(0, 3), { role: "assistant", content: "Bob?" }),
    );
    expect(miss.report).not.toContain("- - content");
    expect(miss.report).toContain("+ - content: Bob?");
  });
});
