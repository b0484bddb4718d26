import { describe, expect, test } from "vitest";
import { renderExtractionMessage } from "../../../src/llm/extraction-message.ts";
import { extractFacts } from "../../../src/llm/offline/extraction/extract-facts.ts";

interface Fact {
  what: string;
  when: string;
  where: string;
  who: string;
  why: string;
  fact_kind: string;
  fact_type: string;
  occurred_start: string | null;
  occurred_end: string | null;
  entities: string[];
}

/** A Wednesday, two hours east of Greenwich. */
const EVENT_DATE = "2023-06-14T10:00:00+02:00";

function answer(text: string, eventDate: string | null = EVENT_DATE): Promise<string> {
  const content = renderExtractionMessage({
    mission: "Remember people",
    chunk: { index: 1, count: 1 },
    eventDate,
    context: null,
    metadata: {},
    text,
  });
  return extractFacts({
    scope: "retain_extract_facts",
    messages: [
      { role: "system", content: "Instructions." },
      { role: "user", content },
    ],
    attribution: { sandboxId: "", bankId: "b" },
  });
}

async function extract(text: string, eventDate?: string | null): Promise<Fact[]> {
  return JSON.parse(await answer(text, eventDate)).facts;
}

async function statements(text: string): Promise<string[]> {
  return (await extract(text)).map((fact) => fact.what);
}

test("ties attachments to what was said just before them, and sees nothing in them", async () => {
  const image = { type: "image", mediaType: "image/png", data: "AAAA" } as const;
  const head = renderExtractionMessage({
    mission: null,
    chunk: { index: 1, count: 1 },
    eventDate: EVENT_DATE,
    context: null,
    metadata: {},
    text: "",
  });
  const ask = async (...parts: (string | typeof image)[]) => {
    const content = parts.map((part) =>
      typeof part === "string" ? { type: "text" as const, text: part } : part,
    );
    const answered = await extractFacts({
      scope: "retain_extract_facts",
      messages: [{ role: "user", content: [{ type: "text", text: head }, ...content] }],
      attribution: { sandboxId: "", bankId: "b" },
    });
    const facts: { what: string; from_attachments: number[] }[] = JSON.parse(answered).facts;
    return facts.map(({ what, from_attachments }) => [what, from_attachments]);
  };
  const [lamp, ferry] = ["Nils repaired the lamp.", "The ferry is blue."];
  expect(await ask(`${lamp} ${ferry}`, image, "Greta keeps bees.", image)).toEqual([
    [lamp, []],
    [ferry, [1]],
    ["Greta keeps bees.", [2]],
  ]);
  expect(await ask(image, image, `${lamp} ${ferry}`)).toEqual([
    [lamp, [1, 2]],
    [ferry, []],
  ]);
  expect(await ask(image)).toEqual([]);
});

const NEWS = `Dr. Anna Berg joined Acme Robotics Inc. in 2019. She leads the company's Berlin office, which opened on 3 June. Her
team of 40 engineers built the "Sparrow" drone. According to J. P. Miller, sales rose 4.5 percent last month.

The firm plans to open a second site in San Francisco next year. It will employ 200 people.`;

test("the answer has the form of a model's", async () => {
  expect(await extract("Ben moved to Rome yesterday.")).toEqual([
    {
      what: "Ben moved to Rome yesterday.",
      when: "June 13, 2023",
      where: "N/A",
      who: "N/A",
      why: "N/A",
      fact_kind: "event",
      fact_type: "world",
      occurred_start: "2023-06-13T00:00:00+02:00",
      occurred_end: null,
      entities: ["Ben", "Rome"],
    },
  ]);
});

test("the same text gives the same bytes, also when texts are read at once", async () => {
  const once = await answer(NEWS);
  const texts = Array.from({ length: 5 }, () => answer(NEWS));
  expect(new Set([once, ...(await Promise.all(texts))]).size).toBe(1);
});

describe("news", () => {
  test("sentences survive abbreviations, initials and decimals; pronouns become names", async () => {
    expect(await statements(NEWS)).toEqual([
      "Dr. Anna Berg joined Acme Robotics Inc. in 2019.",
      "Dr. Anna Berg leads the company's Berlin office, which opened on 3 June.",
      `Dr. Anna Berg's team of 40 engineers built the "Sparrow" drone.`,
      "According to J. P. Miller, sales rose 4.5 percent last month.",
      "The firm plans to open a second site in San Francisco next year. It will employ 200 people.",
    ]);
  });

  test("people, organisations, places and products are found", async () => {
    const facts = await extract(NEWS);
    expect(facts.map((fact) => fact.entities)).toEqual([
      ["Dr. Anna Berg", "Acme Robotics Inc"],
      ["Dr. Anna Berg", "Berlin"],
      ["Dr. Anna Berg", "Sparrow"],
      ["J. P. Miller"],
      ["San Francisco"],
    ]);
  });
});

describe("dates", () => {
  test.each([
    ["Ben left yesterday.", "2023-06-13T00:00:00+02:00", null],
    ["Ben left last night.", "2023-06-13T00:00:00+02:00", null],
    ["Ben leaves tomorrow at 5 pm.", "2023-06-15T17:00:00+02:00", null],
    ["Ben left last Friday.", "2023-06-09T00:00:00+02:00", null],
    ["Ben left on Monday.", "2023-06-12T00:00:00+02:00", null],
    ["Ben will leave on Monday.", "2023-06-19T00:00:00+02:00", null],
    ["Ben left two weeks ago.", "2023-05-31T00:00:00+02:00", null],
    ["Ben left on 3 June.", "2023-06-03T00:00:00+02:00", null],
    ["Ben left on 3 December.", "2022-12-03T00:00:00+02:00", null],
    ["Ben left on June 3, 2021.", "2021-06-03T00:00:00+02:00", null],
    ["Ben was away from June 3 to June 5.", "2023-06-03T00:00:00+02:00", "2023-06-05T23:59:59+02:00"],
    ["Ben was ill last week.", "2023-06-05T00:00:00+02:00", "2023-06-11T23:59:59+02:00"],
    ["Ben was away last weekend.", "2023-06-10T00:00:00+02:00", "2023-06-11T23:59:59+02:00"],
    ["Ben left in May 2023.", "2023-05-01T00:00:00+02:00", "2023-05-31T23:59:59+02:00"],
    ["Ben left last month.", "2023-05-01T00:00:00+02:00", "2023-05-31T23:59:59+02:00"],
    ["Ben left in August.", "2022-08-01T00:00:00+02:00", "2022-08-31T23:59:59+02:00"],
    ["Ben left last year.", "2022-01-01T00:00:00+02:00", "2022-12-31T23:59:59+02:00"],
    ["Ben left in 2019.", "2019-01-01T00:00:00+02:00", "2019-12-31T23:59:59+02:00"],
    ["Ben has lived in Rome since 2018.", "2018-01-01T00:00:00+02:00", null],
  ])("%s", async (text, start, end) => {
    const [fact] = await extract(text);
    expect([fact?.occurred_start, fact?.occurred_end]).toEqual([start, end]);
    expect(fact?.fact_kind).toBe("event");
  });

  test.each([
    "Ben may come.",
    "Ben gets up at 7 am.",
    "Ben is ill now.",
    "Ben stayed for two weeks.",
    "Ben swims every Friday.",
    "The march was long.",
    "April is his sister.",
    "He has 2019 stamps.",
  ])("%s has none", async (text) => {
    const [fact] = await extract(text);
    expect(fact).toMatchObject({
      when: "N/A",
      fact_kind: "conversation",
      occurred_start: null,
      occurred_end: null,
    });
  });

  test("without an event date, only those count that say their year", async () => {
    const facts = await extract("Ben left yesterday. Ann left on June 3, 2021. Ida left in March.", null);
    expect(facts.map((fact) => fact.occurred_start)).toEqual([null, "2021-06-03T00:00:00+00:00", null]);
  });
});

test("a diary's headings date its entries", async () => {
  const facts = await extract(
    "Monday, 5 June 2023\n\nWent hiking with Tom in the Harz yesterday. We saw two deer!\n\n## 12 June 2023\nI signed the lease for the flat on Rua Augusta.",
  );
  expect(facts.map((fact) => [fact.what, fact.when])).toEqual([
    ["Went hiking with Tom in the Harz yesterday.", "June 4, 2023"],
    ["We saw two deer!", "June 5, 2023"],
    ["I signed the lease for the flat on Rua Augusta.", "June 12, 2023"],
  ]);
});

test("the items of a list stand under their heading", async () => {
  const notes =
    "Attendees: Ana, Joao\n\nDecisions:\n- Priya owns the pricing page\n- Budget stays at 40,000 EUR\n\n## Open points\n1. Joao will ask Stripe.";
  expect(await statements(notes)).toEqual([
    "Attendees: Ana, Joao",
    "Decisions: Priya owns the pricing page",
    "Decisions: Budget stays at 40,000 EUR",
    "Open points: Joao will ask Stripe.",
  ]);
});

test("wrapped lines are one sentence, and quotations are not cut", async () => {
  const text = `The old lighthouse keeper said to the visitors, "It is dark. Stay
here for the night," and he lit the lamp.`;
  expect(await statements(text)).toEqual([text.replace("\n", " ")]);
});

describe("conversations", () => {
  const CHAT = `Maya: Hey Ben! How have you been?
Ben: Hi Maya! I'm good, thanks. I started a new job at Siemens last Monday.
Maya: Wow, that's amazing! Congrats! Where do you live now?
Ben: In Munich. My wife and I love it.
Maya: Do you still have your dog?
Ben: Thanks for asking! Yes, of course! Biscuit is seven now. He had surgery in May.
Maya: I'm allergic to cats, and I've always wanted a dog. See you soon!
Ben: You should visit us in July.`;

  test("small talk and questions go; the first person becomes the speaker; short answers keep their question", async () => {
    expect(await statements(CHAT)).toEqual([
      "Ben started a new job at Siemens last Monday.",
      'Asked "Where do you live now?", Ben said: "In Munich."',
      "Ben's wife and Ben love it.",
      'Asked "Do you still have your dog?", Ben said: "Yes, of course!"',
      "Biscuit is seven now. He had surgery in May.",
      "Maya is allergic to cats, and Maya has always wanted a dog.",
      "You should visit us in July.",
    ]);
  });

  test.each([
    ["Hey Mel! The bridge is open again. Thanks, Caroline!", ["The bridge is open again."]],
    ["The bridge is open again. Wow, Tom.", ["The bridge is open again."]],
    [
      "The bridge is open again. Hey Mel, the road is closed.",
      ["The bridge is open again.", "Hey Mel, the road is closed."],
    ],
  ])("turning to somebody is no statement, whoever it is: %s", async (text, expected) => {
    expect(await statements(text)).toEqual(expected);
  });

  test("who speaks, and to whom, is told", async () => {
    const facts = await extract(CHAT);
    expect(facts[0]).toMatchObject({
      who: "Ben",
      entities: ["Ben", "Siemens"],
      occurred_start: "2023-06-12T00:00:00+02:00",
    });
    expect(facts.at(-1)).toMatchObject({ who: "Ben (to Maya)", entities: ["Ben", "Maya"] });
  });

  test.each([
    ["I've never been to Rome.", "Maya has never been to Rome."],
    ["I carry my own bag.", "Maya carries Maya's own bag."],
    ["My sister gave me a watch.", "Maya's sister gave Maya a watch."],
    ["Yesterday I finally went.", "Yesterday Maya finally went."],
    ["I don't drink coffee.", "Maya doesn't drink coffee."],
    ["I'd rather stay with Ben.", "I'd rather stay with Ben."],
    ["I hurt myself in Rome.", "I hurt myself in Rome."],
    ['I said "I like Rome" to Ben.', 'I said "I like Rome" to Ben.'],
    ["I think I lost my keys when I met my aunt.", "I think I lost my keys when I met my aunt."],
  ])("%s", async (said, stated) => {
    expect(await statements(`Maya: ${said}`)).toEqual([stated]);
  });

  test("turns in JSON: the assistant's own deeds are told from the world", async () => {
    const facts = await extract(
      JSON.stringify([
        { role: "system", content: "You are Bo. I like short answers." },
        { role: "user", content: "I'm allergic to peanuts. Can you recommend a restaurant in Lisbon?" },
        {
          role: "assistant",
          content: [
            {
              type: "text",
              text: "I booked a table at Ramiro. Ramiro is famous for its seafood. Anything else?",
            },
          ],
        },
        { role: "user", content: "No, thanks!" },
      ]),
    );
    expect(facts.map((fact) => [fact.what, fact.fact_type, fact.who])).toEqual([
      ["The user is allergic to peanuts.", "world", "the user"],
      ['The user asked: "Can you recommend a restaurant in Lisbon?"', "world", "the user"],
      ["The assistant booked a table at Ramiro.", "assistant", "the assistant"],
      ["Ramiro is famous for its seafood.", "world", "the assistant"],
    ]);
    expect(facts[0]?.entities).toEqual(["user"]);
  });

  test("a turn's own date counts for that turn", async () => {
    const facts = await extract(
      JSON.stringify([
        { speaker: "Ann", text: "I left yesterday.", timestamp: "2023-05-08T13:56:00Z" },
        { speaker: "Bo", text: "I left yesterday as well." },
      ]),
    );
    expect(facts.map((fact) => fact.occurred_start)).toEqual([
      "2023-05-07T00:00:00+00:00",
      "2023-06-13T00:00:00+02:00",
    ]);
  });

  test.each([
    "Ann (8 May 2023, 13:56): I left yesterday.",
    "[2023-05-08 13:56] Ann: I left yesterday.",
    "2023-05-08, 13:56 - Ann: I left yesterday.",
    '{"name": "Ann", "message": "I left yesterday.", "date": "2023-05-08"}',
  ])("%s", async (line) => {
    expect(await extract(line)).toMatchObject([
      { what: "Ann left yesterday.", occurred_start: "2023-05-07T00:00:00+02:00" },
    ]);
  });

  test("a label is no speaker", async () => {
    expect(await statements("Venue: the old mill in Graz\nBudget: 500 euros\nOwner: Ann")).toEqual([
      "Venue: the old mill in Graz",
      "Budget: 500 euros",
      "Owner: Ann",
    ]);
  });
});

test.each([
  ["German", "Ich wohne seit 2018 in Berlin. Meine Schwester Clara arbeitet bei Siemens.", 2],
  ["Japanese", "田中さんは昨日東京に引っ越しました。新しい仕事は来週始まります。", 2],
  ["Spanish", "Mi hermana vive en Sevilla. Trabaja en un hospital.", 2],
  ["plain words", "I am allergic to peanuts", 1],
])("%s is kept whole", async (_, text, count) => {
  const found = await statements(text);
  expect(found).toHaveLength(count);
  expect(found.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
});

test.each([
  "",
  "...",
  "🎉🎉",
  "Hi!",
  "{}",
  "[]",
  '{"a": {"b": [1]}}',
  "Name:",
  "- ",
  "A: ",
  "\n\n",
  '"',
  "?".repeat(5_000),
  "a ".repeat(5_000),
])("odd text %# does not break it", async (text) => {
  for (const fact of await extract(text)) expect(fact.what).not.toBe("");
});
