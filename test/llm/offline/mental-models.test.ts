import { describe, expect, test } from "vitest";
import { OfflineModel } from "../../../src/llm/offline/offline-model.ts";
import type { ChatMessage, LlmScope } from "../../../src/llm/types.ts";

const model = new OfflineModel();
const DOCUMENT = {
  sections: [
    {
      id: "ruben",
      heading: "Ruben",
      level: 2,
      blocks: [
        { id: "b1", text: "May 3, 2023: Ruben lives in Faro." },
        { id: "b2", text: "Ruben repairs clocks. He also rows at dawn." },
      ],
    },
    {
      id: "ada",
      heading: "Ada",
      level: 2,
      blocks: [{ id: "b3", text: "- Ada paints boats.\n- Ada sings." }],
    },
  ],
};

function ask(
  scope: LlmScope,
  parts: Record<string, string>,
  more: ChatMessage[] = [],
  document: object = DOCUMENT,
) {
  const sections = { question: "Who are the neighbours?", document: JSON.stringify(document), ...parts };
  const prompt = Object.entries(sections)
    .map(([name, text]) => `<${name}>\n${text}\n</${name}>`)
    .join("\n\n");
  return model.complete({
    scope,
    messages: [{ role: "system", content: "Keep it." }, { role: "user", content: prompt }, ...more],
    attribution: { sandboxId: "", bankId: "b" },
  });
}

async function workIn(facts: string[], document?: object): Promise<unknown[]> {
  const { content } = await ask("mental_model_delta", { new_facts: lines(facts) }, [], document);
  return JSON.parse(content ?? "").operations;
}

async function takeOut(withdrawn: string[], holding: string[] = []): Promise<unknown[]> {
  const { content } = await ask("mental_model_retraction", {
    ...(holding.length > 0 && { holding_facts: lines(holding) }),
    withdrawn_facts: lines(withdrawn),
  });
  return JSON.parse(content ?? "").operations;
}

function lines(facts: string[]): string {
  return facts.map((fact) => `- ${fact}`).join("\n");
}

describe("new facts are worked in", () => {
  test("under the heading of their subject, and under a new one where there is none", async () => {
    expect(
      await workIn(["Ruben bought a kite. | Involving: Ruben", "Wanda bakes bread.", "Wanda owns a mill."]),
    ).toEqual([
      { op: "append_block", section_id: "ruben", text: "Ruben bought a kite." },
      { op: "add_section", heading: "Wanda", level: 2, blocks: ["Wanda bakes bread.", "Wanda owns a mill."] },
    ]);
  });

  test("in the place of what they end, with what was before", async () => {
    expect(
      await workIn(["Ruben moved to Lagos. | When: March 1, 2024 | Involving: Ruben (mentioned 2024-03-02)"]),
    ).toEqual([
      {
        op: "replace_block",
        section_id: "ruben",
        block_id: "b1",
        text: "March 1, 2024: Ruben moved to Lagos. Before that: May 3, 2023: Ruben lives in Faro.",
      },
    ]);
  });

  test("beside what holds since, when they are older", async () => {
    expect(await workIn(["Ruben lives in Porto. (mentioned 2021-01-01)"])).toEqual([
      { op: "append_block", section_id: "ruben", text: "Ruben lives in Porto." },
    ]);
  });

  test("not at all when the document says so already", async () => {
    expect(await workIn(["Ruben repairs clocks.", "Ada sings."])).toEqual([]);
    expect(await workIn(["Ada sings (May 8, 2023 to May 14, 2023)."])).toEqual([]);
  });

  test("though all of their words but one stand there, or what they deny", async () => {
    const saddle = "Ruben Costa wants a narrower saddle.";
    const page = (text: string) => ({
      sections: [{ id: "ruben", heading: "Ruben Costa", level: 2, blocks: [{ id: "b7", text }] }],
    });
    const appended = (text: string) => [{ op: "append_block", section_id: "ruben", text }];
    expect(await workIn([saddle], page("Ruben Costa wants a bigger saddle."))).toEqual(appended(saddle));
    const denial = "Ruben Costa does not want a narrower saddle.";
    expect(await workIn([denial], page(saddle))).toEqual([
      { op: "replace_block", section_id: "ruben", block_id: "b7", text: `${denial} Before that: ${saddle}` },
    ]);
  });

  test("in the order of their days, each ending the one before", async () => {
    const [operation] = await workIn([
      "Ruben lives in Lagos. (mentioned 2024-06-01)",
      "Ruben lives in Evora. (mentioned 2023-12-01)",
    ]);
    expect(operation).toMatchObject({
      text: "Ruben lives in Lagos. Before that: Ruben lives in Evora. Before that: May 3, 2023: Ruben lives in Faro.",
    });
  });

  test("in the place of what said that nothing is known", async () => {
    const text = "I don't know: nothing in this memory bank answers the question.";
    const unknown = { sections: [{ id: "preamble", heading: "", level: 2, blocks: [{ id: "b9", text }] }] };
    expect(await workIn(["Ada sings."], unknown)).toEqual([
      { op: "remove_block", section_id: "preamble", block_id: "b9" },
      { op: "add_section", heading: "Ada", level: 2, blocks: ["Ada sings."] },
    ]);
  });

  test("out of an observation statement by statement, and not out of other mental models", async () => {
    expect(
      await workIn([
        "Ruben repairs clocks.  As of 2024-02-01: Ruben keeps bees.  Ruben knits.",
        "Neighbours: ## Wanda Wanda bakes bread.",
      ]),
    ).toEqual([
      { op: "append_block", section_id: "ruben", text: "Ruben keeps bees." },
      { op: "append_block", section_id: "ruben", text: "Ruben knits." },
    ]);
  });

  test("only as far as they are about what the document answers", async () => {
    const facts = { new_facts: "- Ruben keeps bees.\n- Ruben moved to Lagos." };
    const { content } = await ask("mental_model_delta", { ...facts, question: "Where does Ruben live?" });
    expect(JSON.parse(content ?? "").operations).toEqual([
      expect.objectContaining({ op: "replace_block", block_id: "b1" }),
    ]);
  });

  test("the same way when they are asked for again", async () => {
    const facts = { new_facts: "- Wanda bakes bread." };
    const first = await ask("mental_model_delta", facts);
    const second = await ask("mental_model_delta", facts, [
      { role: "assistant", content: first.content },
      { role: "user", content: "Send the complete list again." },
    ]);
    expect(second.content).toBe(first.content);
  });

  test("a document that cannot be read is left alone", async () => {
    expect(await workIn([], { sections: "none" })).toEqual([]);
  });
});

describe("withdrawn facts are taken out", () => {
  test("sentence by sentence, line by line, and with the section that would be empty", async () => {
    expect(await takeOut(["Ruben repairs clocks. | Involving: Ruben"])).toEqual([
      { op: "replace_block", section_id: "ruben", block_id: "b2", text: "He also rows at dawn." },
    ]);
    expect(await takeOut(["Ada sings."])).toEqual([
      { op: "replace_block", section_id: "ada", block_id: "b3", text: "- Ada paints boats." },
    ]);
    expect(await takeOut(["Ada sings.", "Ada paints boats."])).toEqual([
      { op: "remove_section", section_id: "ada" },
    ]);
    expect(await takeOut(["Ruben lives in Faro. | When: May 3, 2023"])).toEqual([
      { op: "remove_block", section_id: "ruben", block_id: "b1" },
    ]);
  });

  test("unless another fact says so", async () => {
    expect(await takeOut(["Ada sings."], ["Ada sings."])).toEqual([]);
    expect(await takeOut(["Ada paints houses in winter."])).toEqual([]);
  });

  test("also where what still holds differs from them in one word", async () => {
    const text = "Ada Lima pays by bank transfer. Ada Lima pays by bank draft.";
    const page = { sections: [{ id: "ada", heading: "Ada", level: 2, blocks: [{ id: "b8", text }] }] };
    const { content } = await ask(
      "mental_model_retraction",
      {
        withdrawn_facts: "- Ada Lima pays by bank transfer.",
        holding_facts: "- Ada Lima pays by bank draft.",
      },
      [],
      page,
    );
    expect(JSON.parse(content ?? "").operations).toEqual([
      { op: "replace_block", section_id: "ada", block_id: "b8", text: "Ada Lima pays by bank draft." },
    ]);
  });
});
