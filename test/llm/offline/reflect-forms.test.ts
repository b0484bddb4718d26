import { describe, expect, test } from "vitest";
import { OfflineModel } from "../../../src/llm/offline/offline-model.ts";
import type { ChatMessage, ChatRequest, JsonSchema } from "../../../src/llm/types.ts";

const model = new OfflineModel();
const STRINGS = { type: "array", items: { type: "string" } };
const CITATIONS = { memory_ids: STRINGS, observation_ids: STRINGS, mental_model_ids: STRINGS };
const done = (properties: JsonSchema, required: string[] = []) => ({
  name: "done",
  description: "",
  parameters: { type: "object", properties: { ...CITATIONS, ...properties }, required },
});
const ANSWER = done({ answer: { type: "string" } });
const DOCUMENT = done({ document: { type: "object" } });

function ask(messages: ChatMessage[], request: Partial<ChatRequest> = {}) {
  return model.complete({
    scope: "reflect",
    messages,
    attribution: { sandboxId: "", bankId: "b" },
    ...request,
  });
}

/** The arguments of `done` after tools brought these results. */
async function close(question: string, results: object[], tool = ANSWER): Promise<Record<string, unknown>> {
  const rounds = results.flatMap((result, index): ChatMessage[] => [
    { role: "assistant", content: null, toolCalls: [{ id: `c${index}`, name: "recall", arguments: "{}" }] },
    { role: "tool", toolCallId: `c${index}`, content: JSON.stringify(result) },
  ]);
  const { toolCalls } = await ask(
    [
      { role: "user", content: question },
      ...rounds,
      {
        role: "user",
        content: `Stop.\n\n<question>\n${question}\n</question>\n\nWrite no more than 4096 tokens.`,
      },
    ],
    { tools: [tool], toolChoice: { name: "done" } },
  );
  return JSON.parse(toolCalls[0]?.arguments ?? "{}");
}

async function write(prompt: string): Promise<string> {
  const { content } = await ask([{ role: "user", content: prompt }]);
  return content ?? "";
}

describe("what was said in a talk", () => {
  const TALK = [
    { id: "f1", text: "We go a few times a week.", context: "Ruben", mentioned_at: "2024-03-01 12:00" },
    { id: "f2", text: "Do you take the boat to the lake often, Ruben?", context: "Ada" },
    { id: "f3", text: "I sold my boat.", context: "Ada" },
  ];

  test("is put down to who says it, and answers without the question's words where the search puts it first", async () => {
    const others = Array.from({ length: 20 }, (_, index) => ({
      id: `f${index + 4}`,
      text: "The fair is on.",
    }));
    const known = await close("How often does Ruben take the boat to the lake?", [
      { memories: [...TALK, ...others] },
    ]);
    expect(known.memory_ids).toContain("f1");
    expect(known.memory_ids).not.toContain("f3");
    expect(known.answer).toContain('Ruben: "We go a few times a week."');
  });

  test("is no answer to a question about somebody else", async () => {
    expect(await close("How often does Wanda take the boat?", [{ memories: TALK }])).toMatchObject({
      answer_found: false,
    });
  });
});

describe("what was made of facts", () => {
  test("of mental models the sentences that answer are told and cited, under their headings", async () => {
    const content = "## Ruben\n\n- Rows at dawn.\n- Repairs clocks.\n\n## Ada\n\nWrites letters at dawn.";
    const known = await close("What does Ruben repair?", [
      { mental_models: [{ id: "p1", name: "Neighbours", content }] },
    ]);
    expect(known).toMatchObject({ answer: "Repairs clocks.", mental_model_ids: ["p1"], memory_ids: [] });
  });

  test("an observation does not repeat the fact that it holds", async () => {
    const known = await close("What does Ruben repair?", [
      { observations: [{ id: "o1", text: "Ruben repairs clocks.  Ruben repairs boats." }] },
      { memories: [{ id: "f1", text: "Ruben repairs clocks." }] },
    ]);
    expect(known).toMatchObject({
      answer: "Ruben repairs boats. Ruben repairs clocks.",
      memory_ids: ["f1"],
      observation_ids: ["o1"],
    });
  });
});

describe("answers in other forms", () => {
  const FACTS = [
    { id: "f1", text: "Ruben moved to Faro. | When: May 3, 2023", entities: ["Ruben", "Faro"] },
    { id: "f2", text: "Ada lives in Bruges.", entities: ["Ada", "Bruges"] },
    { id: "f3", text: "Ruben lives on a boat.", entities: ["Ruben"] },
  ];

  test("a document has a section for each subject and a paragraph for each fact", async () => {
    const { document, memory_ids } = await close(
      'Where do people live?\n\nAdditional context: The answer becomes the document "Homes".\n'.concat(
        "Rules for it. ".repeat(30),
      ),
      [{ memories: FACTS }],
      DOCUMENT,
    );
    expect(document).toEqual({
      sections: expect.arrayContaining([
        {
          heading: "Ruben",
          level: 2,
          blocks: expect.arrayContaining(["May 3, 2023: Ruben moved to Faro.", "Ruben lives on a boat."]),
        },
        { heading: "Ada", level: 2, blocks: ["Ada lives in Bruges."] },
      ]),
    });
    expect(memory_ids).toEqual(expect.arrayContaining(["f1", "f2", "f3"]));
  });

  test("a document without facts says so", async () => {
    const known = await close("Where does Wanda live?", [{ memories: FACTS }], DOCUMENT);
    expect(known).toMatchObject({
      document: { sections: [{ blocks: [expect.stringMatching(/^I don't know/)] }] },
      answer_found: false,
    });
  });

  test("a document is shortened section by section", async () => {
    const text = "## A\n\nOne two three.\n\nFour five six.\n\n## B\n\nSeven eight nine.";
    const prompt = `Shorten. Write no more than 12 tokens.\n\n<document>\n${text}\n</document>`;
    expect(JSON.parse(await write(prompt))).toEqual({
      sections: [
        { heading: "A", level: 2, blocks: ["One two three."] },
        { heading: "B", level: 2, blocks: ["Seven eight nine."] },
      ],
    });
  });

  test("notes keep dates and ids, and are enough to answer from", async () => {
    const question = "<question>\nWhere does Ruben live now?\n</question>";
    const notes = await write(
      `${question}\n\n<tool_results>\n${JSON.stringify({ memories: FACTS })}\n</tool_results>\n\nTake the notes now.`,
    );
    expect(notes).toContain("- Ruben moved to Faro. | When: May 3, 2023 [f1]");
    expect(notes).not.toContain("Ada");
    const answer = await write(`${question}\n\n<notes>\n${notes}\n</notes>\n\nAnswer from these notes.`);
    expect(answer).toMatch(/Ruben/);
    expect(answer).not.toContain("[f1]");
  });

  test("a note with a long run of blanks is read in time", async () => {
    const note = `- Ruben moved to${" ".repeat(20_000)}Faro. [f1]`;
    const question = "<question>\nWhere did Ruben move to?\n</question>";
    const answer = await write(`${question}\n\n<notes>\n${note}\n</notes>\n\nAnswer from these notes.`);
    expect(answer).toContain("Faro");
  });

  test("what else `done` requires is given", async () => {
    const tool = done({ answer: { type: "string" }, directive_compliance: { type: "string" } }, [
      "answer",
      "directive_compliance",
    ]);
    const { directive_compliance } = await close("Where does Ada live?", [{ memories: FACTS }], tool);
    expect(directive_compliance).toEqual(expect.stringMatching(/./));
  });
});
