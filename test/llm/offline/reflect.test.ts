import { describe, expect, test } from "vitest";
import { OfflineModel } from "../../../src/llm/offline/offline-model.ts";
import type { ChatMessage, ChatRequest } from "../../../src/llm/types.ts";

const model = new OfflineModel();
const tool = (name: string) => ({ name, description: "", parameters: {} });
const FREE_TURN = ["search_observations", "recall", "expand", "answer_ready", "done"];

interface ShownFact {
  text: string;
  occurred?: string;
  mentioned?: string;
}

/** A conversation in which one recall brought these facts, as f1, f2, … */
function conversation(question: string, facts: ShownFact[], recalls = 1): ChatMessage[] {
  const memories = facts.map(({ text, occurred, mentioned }, index) => ({
    id: `f${index + 1}`,
    text,
    fact_type: "world",
    ...(occurred && { occurred_start: `${occurred} 12:00` }),
    ...(mentioned && { mentioned_at: `${mentioned} 12:00` }),
  }));
  const rounds = Array.from({ length: recalls }, (_, index): ChatMessage[] => [
    { role: "assistant", content: null, toolCalls: [{ id: `c${index}`, name: "recall", arguments: "{}" }] },
    {
      role: "tool",
      toolCallId: `c${index}`,
      content: JSON.stringify({ query: question, memories, chunks: {} }),
    },
  ]);
  return [{ role: "system", content: "You answer." }, { role: "user", content: question }, ...rounds.flat()];
}

function ask(messages: ChatMessage[], request: Partial<ChatRequest> = {}) {
  return model.complete({
    scope: "reflect",
    messages,
    attribution: { sandboxId: "", bankId: "b" },
    ...request,
  });
}

async function turn(messages: ChatMessage[], offered: string[]) {
  const { toolCalls } = await ask(messages, { tools: offered.map(tool), toolChoice: "required" });
  return toolCalls.map(({ name, arguments: args }) => ({
    name,
    args: JSON.parse(args) as Record<string, unknown>,
  }))[0];
}

async function answer(question: string, facts: ShownFact[]) {
  const closing: ChatMessage = {
    role: "user",
    content: `Stop searching.\n\n<question>\n${question}\n</question>\n\nWrite no more than 4096 tokens.`,
  };
  const call = await turn([...conversation(question, facts), closing], ["done"]);
  expect(call?.name).toBe("done");
  return call?.args ?? {};
}

describe("turns", () => {
  test("a forced turn searches in the question's words", async () => {
    const question = "Who bakes the bread?";
    const messages: ChatMessage[] = [{ role: "user", content: question }];
    expect(await turn(messages, ["search_observations"])).toMatchObject({
      name: "search_observations",
      args: { query: question },
    });
    expect(await turn(messages, ["recall"])).toMatchObject({ name: "recall", args: { query: question } });
  });

  test("a free turn is ready when something matched", async () => {
    const messages = conversation("Who bakes the bread?", [{ text: "Otto bakes bread at night." }]);
    expect(await turn(messages, FREE_TURN)).toEqual({ name: "answer_ready", args: { answer_found: true } });
  });

  test("a free turn searches once more in other words when nothing did", async () => {
    const facts = [{ text: "The clock on the tower is slow." }];
    const second = await turn(conversation("Plan my dinner", facts), FREE_TURN);
    expect(second?.name).toBe("recall");
    expect(second?.args.query).toMatch(/\bfood\b.*\ballergic\b/);
    expect(await turn(conversation("Plan my dinner", facts, 2), FREE_TURN)).toEqual({
      name: "answer_ready",
      args: { answer_found: false },
    });
  });

  test("the same request gets the same bytes", async () => {
    const messages = conversation("Who bakes the bread?", [{ text: "Otto bakes bread at night." }]);
    const request = { tools: [tool("done")], toolChoice: "required" as const };
    expect(JSON.stringify(await ask(messages, request))).toBe(JSON.stringify(await ask(messages, request)));
  });
});

describe("answers", () => {
  const HOMES = [
    { text: "Ines lives in Faro with her husband.", mentioned: "2024-11-01" },
    { text: "Maya moved to Lisbon. | When: January 4, 2024 | Involving: Maya", occurred: "2024-01-04" },
    { text: "Maya sings in a choir.", mentioned: "2024-12-01" },
    { text: "Maya moved to Porto. | When: September 15, 2024 | Involving: Maya", occurred: "2024-09-15" },
  ];

  test("are made of the facts' own words, and cite those alone", async () => {
    const facts = [
      { text: "The clock on the tower is slow." },
      { text: "Otto is allergic to hazelnuts" },
      { text: "Otto repaired the oven." },
    ];
    expect(await answer("What is Otto allergic to?", facts)).toEqual({
      answer: "Otto is allergic to hazelnuts.",
      memory_ids: ["f2"],
      observation_ids: [],
      answer_found: true,
    });
  });

  test("of how things are now give the latest fact", async () => {
    expect(await answer("Where does Maya live now?", HOMES)).toMatchObject({
      answer: "Maya moved to Porto.",
      memory_ids: ["f4"],
    });
  });

  test("of how things are do not give what a mental model says was before", async () => {
    const page = {
      id: "m1",
      name: "Maya Lind",
      content: "## Maya Lind\n\nMaya Lind moved to Porto. Before that: Maya Lind lives in Lisbon.",
    };
    const found = (question: string): ChatMessage[] => [
      { role: "user", content: question },
      {
        role: "assistant",
        content: null,
        toolCalls: [{ id: "c1", name: "search_mental_models", arguments: "{}" }],
      },
      { role: "tool", toolCallId: "c1", content: JSON.stringify({ mental_models: [page] }) },
    ];
    const now = await turn(found("Where does Maya Lind live?"), ["done"]);
    expect(now?.args.answer).toBe("Maya Lind moved to Porto.");
    const before = await turn(found("Where did Maya Lind live before?"), ["done"]);
    expect(before?.args.answer).toContain("Before that: Maya Lind lives in Lisbon.");
  });

  test("of how things were give all of it with dates, oldest first", async () => {
    expect(await answer("How did Maya's home change over time?", HOMES)).toMatchObject({
      answer: "January 4, 2024: Maya moved to Lisbon. September 15, 2024: Maya moved to Porto.",
      memory_ids: ["f2", "f4"],
    });
  });

  test("of a time give the date", async () => {
    expect((await answer("When did Maya move to Lisbon?", HOMES)).answer).toBe(
      "January 4, 2024: Maya moved to Lisbon.",
    );
    const undated = [{ text: "The bridge was closed.", mentioned: "2024-03-05" }];
    expect((await answer("When was the bridge closed?", undated)).answer).toBe(
      "Mentioned on March 5, 2024: The bridge was closed.",
    );
  });

  test.each([
    ["other inflections", "Who was baking?", "Otto bakes bread at night."],
    ["a general word", "Which pet does Otto have?", "Otto adopted a dog."],
    ["a synonym", "What is Otto's profession?", "Otto works as a miller."],
    ["an irregular form", "What did Otto buy?", "Otto bought a mill."],
    ["accents", "Who plays Dvorak?", "Jonas plays Dvořák."],
  ])("match in %s", async (_name, question, text) => {
    const facts = [{ text: "The clock on the tower is slow." }, { text: `${text} | Involving: Otto` }];
    expect(await answer(question, facts)).toMatchObject({ memory_ids: ["f2"], answer_found: true });
  });

  test("say whose words they are when a fact is in the first person", async () => {
    const facts = [{ text: "My doctor told me to stop eating meat. | Involving: Jonas (to Maya)" }];
    expect((await answer("Does Jonas eat meat?", facts)).answer).toBe(
      'Jonas: "My doctor told me to stop eating meat."',
    );
  });

  test.each([
    ["a name that nobody mentioned", "What is the name of Rebecca's horse?"],
    ["a place that nobody mentioned", "Did Maya sing in Tokyo?"],
    ["a subject that nobody mentioned", "What did Maya study?"],
    ["a general word's sibling", "Does Maya own a cat?"],
  ])("say that they do not know: %s", async (_name, question) => {
    const known = await answer(question, [...HOMES, { text: "Maya has a dog." }]);
    expect(known).toMatchObject({ memory_ids: [], answer_found: false });
    expect(known.answer).toMatch(/^I don't know/);
  });

  test("say that they do not know when nothing came back", async () => {
    expect(await answer("Who bakes?", [])).toMatchObject({ answer_found: false });
  });

  test("are written in plain text from tool results", async () => {
    const result = JSON.stringify({ memories: [{ id: "f1", text: "Otto bakes bread at night." }] });
    const prompt = `<question>\nWho bakes?\n</question>\n\n<tool_results>\n${result}\n</tool_results>`;
    const { content } = await ask([{ role: "user", content: prompt }]);
    expect(content).toBe("Otto bakes bread at night.");
  });

  test("are shortened to whole sentences where one fits", async () => {
    const text = "Otto bakes at night. He sleeps all day. Nobody has seen him in the sun.";
    const shorten = async (tokens: number) =>
      (
        await ask([
          { role: "user", content: `Write no more than ${tokens} tokens.\n\n<answer>\n${text}\n</answer>` },
        ])
      ).content;
    expect(await shorten(18)).toBe("Otto bakes at night. He sleeps all day.");
    expect(await shorten(8)).toBe("Otto bakes at night.");
    expect(await shorten(4)).toBe("Otto bakes");
  });
});

describe("structured output", () => {
  const fill = async (schema: Record<string, unknown>, text: string): Promise<unknown> => {
    const { content } = await ask(
      [
        { role: "system", content: "Reply in JSON." },
        { role: "user", content: `<question>\nWhere?\n</question>\n\n<answer>\n${text}\n</answer>` },
      ],
      { responseFormat: "json", responseSchema: schema },
    );
    return JSON.parse(content ?? "");
  };

  test("is filled by the names and types of the schema's properties", async () => {
    const schema = {
      type: "object",
      properties: {
        answer: { type: "string" },
        city: { type: "string" },
        date: { type: "string" },
        flats: { type: "integer" },
        moved: { type: "boolean" },
        people: { type: "array", items: { type: "string" } },
        mood: { enum: ["sad", "happy"] },
        source: { type: "object", properties: { person: { type: "string" }, customer: { type: "string" } } },
        spare: { type: ["null", "string"] },
      },
    };
    const text = "January 4, 2024: Maya moved to Lisbon with two happy cats.";
    expect(await fill(schema, text)).toEqual({
      answer: text,
      city: "Lisbon",
      date: "January 4, 2024",
      flats: 2,
      moved: true,
      people: ["Maya", "Lisbon"],
      mood: "happy",
      source: { person: "Maya", customer: "Maya" },
      spare: null,
    });
  });

  test("holds nothing when nothing is known", async () => {
    const schema = {
      type: "object",
      properties: {
        answer: { type: "string" },
        name: { type: "string" },
        count: { type: "number" },
        found: { type: "boolean" },
        places: { type: "array", items: { type: "string" } },
      },
    };
    const text = "I don't know: nothing in this memory bank answers the question.";
    expect(await fill(schema, text)).toEqual({ answer: text, name: "", count: 0, found: false, places: [] });
  });
});

describe("what is asked for", () => {
  const told = [
    { text: "Hanna's mother Ruth turned seventy.", mentioned: "2023-05-01" },
    { text: "Hanna's mother moved in with Hanna.", mentioned: "2024-06-10" },
    { text: "Hanna's brother Felix could not come because he had a cold.", mentioned: "2023-05-01" },
    { text: "Paul sold the old Volvo.", mentioned: "2023-08-20" },
    { text: "Paul rides the tram.", mentioned: "2024-06-10" },
    { text: "Hanna eats sushi.", mentioned: "2024-06-10" },
    { text: "Hanna does not eat pork.", mentioned: "2023-05-01" },
    { text: "The order number of Hanna is 48213.", mentioned: "2023-05-01" },
    { text: "Marco Bianchi left the company; Marco Weber took over.", mentioned: "2024-03-11" },
  ];
  test.each([
    ["How old is Hanna's mother?", /^Hanna's mother Ruth turned seventy\.$/],
    ["Why did Felix not come to the party?", /because he had a cold/],
    ["Does Paul still have the Volvo?", /^Paul sold the old Volvo\.$/],
    ["What does Hanna not eat?", /^Hanna does not eat pork\.$/],
    ["What is Hanna's phone number?", /I don't know/],
    ["What happened to Marco Bianchi?", /^Marco Bianchi left the company/],
    ["How old is Felix?", /I don't know/],
  ])("%s", async (question, expected) => {
    expect((await answer(question, told)).answer).toMatch(expected);
  });
});
