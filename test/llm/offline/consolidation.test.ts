import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derivedUuid } from "../../../src/engine/ids.ts";
import { consolidate } from "../../../src/llm/offline/consolidation/index.ts";
import type { ChatMessage } from "../../../src/llm/types.ts";

interface Fact {
  text: string;
  /** When it was said. */
  day?: string | undefined;
}

interface Observation {
  id: string;
  text: string;
  proof_count: number;
  mentioned_at?: string;
}

interface Answer {
  creates: { text: string; source_fact_ids: string[] }[];
  updates: { observation_id: string; text: string; source_fact_ids: string[] }[];
  deletes: { observation_id: string; merged_into: string }[];
}

const idOf = ({ text, day }: Fact) => derivedUuid("fact", text, day ?? "");

async function answerTo(messages: ChatMessage[]) {
  const attribution = { sandboxId: "", bankId: "b" };
  return JSON.parse(await consolidate({ scope: "consolidation", messages, attribution }));
}

function ask(facts: readonly Fact[], observations: readonly Observation[] = [], capacity?: string) {
  const line = (fact: Fact) =>
    `[${idOf(fact)}] ${fact.text}${fact.day ? ` (mentioned_at=${fact.day}T08:00:00+00:00)` : ""}`;
  const content = [
    "# Mission\n\nAnything.\n\n# New facts\n\n[not-a-fact] of the mission",
    ...(capacity ? [`# Capacity\n\n${capacity}`] : []),
    `# New facts\n\n${facts.map(line).join("\n")}`,
    `# Observations\n\n[${observations.map((observation) => `\n${JSON.stringify(observation)}`).join(",")}\n]`,
    "Answer with the json object.",
  ].join("\n\n");
  return answerTo([
    { role: "system", content: "Rules." },
    { role: "user", content },
  ]) as Promise<Answer>;
}

/** What a bank's observations come to when these batches are consolidated one after the other, by text. */
async function consolidated(batches: readonly (readonly Fact[])[]) {
  const stored = new Map<string, { text: string; sources: Set<string> }>();
  const days = new Map(batches.flat().map((fact) => [idOf(fact), fact.day]));
  for (const batch of batches) {
    const known = [...stored].map(([id, { text, sources }]) => {
      const day = [...sources].map((source) => days.get(source) ?? "").reduce((a, b) => (a > b ? a : b), "");
      return { id, text, proof_count: sources.size, ...(day && { mentioned_at: `${day}T08:00:00+00:00` }) };
    });
    const { creates, updates, deletes } = await ask(batch, known);
    expect(deletes).toEqual([]);
    for (const { observation_id: id, text, source_fact_ids } of updates) {
      const sources = new Set([...(stored.get(id)?.sources ?? []), ...source_fact_ids]);
      stored.set(id, { text, sources });
    }
    for (const { text, source_fact_ids } of creates) {
      stored.set(derivedUuid("observation", text), { text, sources: new Set(source_fact_ids) });
    }
  }
  return Object.fromEntries(
    [...stored.values()]
      .map(({ text, sources }): [string, string[]] => [text, [...sources].sort()])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function textsOf(...batches: Fact[][]): Promise<string[]> {
  return Object.keys(await consolidated(batches));
}

const on = (day: string, text: string): Fact => ({ text, day });

describe("what goes together", () => {
  test("is what is about the same subject and topic", async () => {
    const texts = await textsOf(
      [{ text: "Anna likes tea." }, { text: "Anna lives in Oslo." }, { text: "Ben likes tea." }],
      [{ text: "Anna bakes bread." }, { text: "Anna has a cat called Rex." }],
      [{ text: "Anna walks Rex every morning." }, { text: "Anna's sister likes tea." }],
    );
    expect(texts).toEqual([
      "Anna bakes bread.  Anna likes tea.",
      "Anna has a cat called Rex.  Anna walks Rex every morning.",
      "Anna lives in Oslo.",
      "Anna's sister likes tea.",
      "Ben likes tea.",
    ]);
  });

  test("counts every fact as a source once, also one that says nothing new", async () => {
    const again = [on("2024-01-01", "Anna likes tea."), on("2024-02-01", "Anna likes tea.")];
    const [sources] = Object.values(await consolidated(again.map((fact) => [fact])));
    expect(sources).toEqual(again.map(idOf).sort());
  });

  test("reads who is concerned, and when, off the labels of a fact", async () => {
    const texts = await textsOf([
      { text: "She adopted a cat yesterday. It is called Biscuit. | When: June 13, 2023 | Involving: Maya" },
      { text: "I'd love to see Rome. | Involving: Ben (to Maya)" },
      { text: "Maya, I own a boat. | Involving: Ben (to Maya)" },
    ]);
    expect(texts).toEqual([
      "Ben: I own a boat.  Ben: I'd love to see Rome.",
      "Maya adopted a cat yesterday (June 13, 2023). It is called Biscuit.",
    ]);
  });

  test("is a statement each of a text that was stored as it is", async () => {
    const { creates } = await ask([
      { text: "Hi! How are you? Ann runs a bakery. Bo drives a bus. Ann sells rolls." },
    ]);
    expect(creates.map(({ text }) => text)).toEqual([
      "Ann runs a bakery.  Ann sells rolls.",
      "Bo drives a bus.",
    ]);
    expect(new Set(creates.flatMap(({ source_fact_ids }) => source_fact_ids)).size).toBe(1);
  });

  test("is found in a text of brackets and equals signs as well", async () => {
    const text = `The key is set (a=${"a=".repeat(400)}.`;
    const { creates } = await ask([{ text, day: "2024-01-01" }]);
    expect(creates.map(({ text: written }) => written)).toEqual(["The key is set …"]);
  });

  test("leaves small talk out", async () => {
    const talk = ["Thanks a lot!", "Your words are kind.", "Good on you for that!", "Cherish the moments!"];
    expect(await ask(talk.map((text) => ({ text })))).toEqual({ creates: [], updates: [], deletes: [] });
  });

  test("keeps the latest of more than can be searched for", async () => {
    const facts = Array.from({ length: 60 }, (_, index) =>
      on(
        `2024-01-${String((index % 28) + 1).padStart(2, "0")}`,
        `Anna has painted picture number ${index} of the harbour.`,
      ),
    );
    const [text = ""] = await textsOf(facts.slice(0, 30), facts.slice(30));
    expect(text.length).toBeLessThan(2000);
    expect(text).toContain("number 27 of");
    expect(text).not.toContain("number 0 of");
  });
});

describe("a change of mind", () => {
  test.each([
    [
      on("2024-01-05", "Anna loves coffee."),
      on("2024-03-01", "Anna no longer drinks coffee; she switched to tea."),
      "From 2024-01-05 until 2024-03-01: Anna loves coffee.  Since 2024-03-01: Anna no longer drinks coffee; she switched to tea.",
    ],
    [
      on("2024-01-05", "Anna lives in Oslo."),
      on("2024-03-01", "Anna moved to Bergen."),
      "From 2024-01-05 until 2024-03-01: Anna lives in Oslo.  Since 2024-03-01: Anna moved to Bergen.",
    ],
    [
      on("2024-01-05", "Anna works at Acme."),
      on("2024-03-01", "Anna works at Globex."),
      "From 2024-01-05 until 2024-03-01: Anna works at Acme.  Since 2024-03-01: Anna works at Globex.",
    ],
    [
      on("2024-01-05", "Ben likes fish."),
      on("2024-03-01", "Ben hates fish."),
      "From 2024-01-05 until 2024-03-01: Ben likes fish.  Since 2024-03-01: Ben hates fish.",
    ],
    [
      on("2024-01-05", "The meeting is on Monday."),
      on("2024-01-06", "The meeting was moved to Tuesday."),
      "From 2024-01-05 until 2024-01-06: The meeting is on Monday.  Since 2024-01-06: The meeting was moved to Tuesday.",
    ],
    [
      on("2024-01-05", "Anna moved to Bergen."),
      on("2024-03-01", "Anna moved to Oslo."),
      "From 2024-01-05 until 2024-03-01: Anna moved to Bergen.  Since 2024-03-01: Anna moved to Oslo.",
    ],
    [
      on("2024-01-05", "Nora prefers the window seat."),
      on("2024-03-01", "Nora now prefers the aisle seat."),
      "From 2024-01-05 until 2024-03-01: Nora prefers the window seat.  Since 2024-03-01: Nora now prefers the aisle seat.",
    ],
    // An aside changes nothing, nor does a word that may mean anything.
    [
      on("2024-01-05", "Anna gives kids a home."),
      on("2024-03-01", "Anna is glad of her friends since she moved from her home country."),
      "As of 2024-01-05: Anna gives kids a home.  As of 2024-03-01: Anna is glad of her friends since she moved from her home country.",
    ],
    [
      on("2024-01-05", "Anna has a garden with roses."),
      on("2024-03-01", "Anna now has roses on the table."),
      "As of 2024-01-05: Anna has a garden with roses.  As of 2024-03-01: Anna now has roses on the table.",
    ],
    // On one day, only where the statement says so.
    [
      on("2024-01-05", "Anna loves coffee."),
      on("2024-01-05", "Anna doesn't like coffee anymore."),
      "Before: Anna loves coffee.  Now: Anna doesn't like coffee anymore.",
    ],
    [
      on("2024-01-05", "Anna works at Acme."),
      on("2024-01-05", "Anna works at Globex."),
      "Anna works at Acme.  Anna works at Globex.",
    ],
    // What only adds to it changes nothing.
    [
      on("2024-01-05", "Anna likes tea."),
      on("2024-03-01", "Anna likes coffee."),
      "As of 2024-01-05: Anna likes tea.  As of 2024-03-01: Anna likes coffee.",
    ],
    [
      on("2024-01-05", "Anna visited Rome."),
      on("2024-03-01", "Anna visited Paris."),
      "As of 2024-01-05: Anna visited Rome.  As of 2024-03-01: Anna visited Paris.",
    ],
    [
      on("2024-01-05", "Anna lives in Bergen."),
      on("2024-01-05", "Anna moved to Bergen."),
      "Anna lives in Bergen.  Anna moved to Bergen.",
    ],
  ])("%j, then %j", async (first, second, expected) => {
    expect(await textsOf([first], [second])).toEqual([expected]);
    expect(await textsOf([second], [first])).toEqual([expected]);
    expect(await textsOf([second, first])).toEqual([expected]);
  });

  test("may be taken back", async () => {
    const days = ["2024-01-05", "2024-02-05", "2024-03-05"];
    const places = ["Oslo", "Bergen", "Oslo"];
    const batches = days.map((day, index) => [on(day, `Anna lives in ${places[index]}.`)]);
    expect(await textsOf(...batches)).toEqual([
      "From 2024-02-05 until 2024-03-05: Anna lives in Bergen.  Since 2024-03-05: Anna lives in Oslo.",
    ]);
  });
});

const PEOPLE = ["Anna", "Ben Miller", "The user", "Anna's sister"];
const SAYINGS = [
  "likes tea.",
  "no longer likes tea.",
  "lives in Oslo.",
  "moved to Bergen.",
  "works at Acme.",
  "quit Acme and joined Globex.",
  "has a cat. It is called Rex.",
  "is allergic to peanuts.",
  "plays the cello and sings.",
];

test("comes to the same in whatever order, and however many at a time, the facts come", async () => {
  const fact = fc.record({
    text: fc.tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(...SAYINGS)).map((words) => words.join(" ")),
    day: fc.constantFrom("2024-01-05", "2024-01-06", "2024-03-01"),
  });
  const facts = fc.uniqueArray(fact, { minLength: 2, maxLength: 14, selector: idOf });
  const plans = facts.chain((list) =>
    fc.record({
      list: fc.constant(list),
      shuffled: fc.shuffledSubarray(list, { minLength: list.length }),
      size: fc.integer({ min: 1, max: 8 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(plans, async ({ list, shuffled, size }) => {
      const batches = Array.from({ length: Math.ceil(shuffled.length / size) }, (_, index) =>
        shuffled.slice(index * size, (index + 1) * size),
      );
      expect(await consolidated(batches)).toEqual(await consolidated(list.map((one) => [one])));
    }),
    { numRuns: 15 },
  );
});

describe("limits of what may be created", () => {
  const facts = [{ text: "Anna likes tea." }, { text: "Ben has a boat." }];

  test("are kept", async () => {
    const room =
      "There is room for 1 further observation: create no more than that, and update where you can.";
    expect((await ask(facts, [], room)).creates.map(({ text }) => text)).toEqual(["Anna likes tea."]);
    const none = "There is no room for further observations: create none, only update and delete.";
    expect(await ask(facts, [], none)).toEqual({ creates: [], updates: [], deletes: [] });
  });

  test("send what is left to another observation of the subject", async () => {
    const boat = { id: derivedUuid("boat"), text: "Ben works at the quay.", proof_count: 1 };
    const none = "There is no room for further observations: create none, only update and delete.";
    const { updates } = await ask(facts, [boat], none);
    expect(updates).toMatchObject([
      { observation_id: boat.id, text: "Ben has a boat.  Ben works at the quay." },
    ]);
  });
});

test("joins observations that are about the same once it sees them", async () => {
  const [weak, strong] = [1, 3].map((proofs) => ({
    id: derivedUuid("twin", String(proofs)),
    text: proofs === 1 ? "Anna drinks tea." : "Anna bakes bread.",
    proof_count: proofs,
  }));
  if (!weak || !strong) throw new Error("two observations");
  const { creates, updates, deletes } = await ask([{ text: "Anna eats fish." }], [weak, strong]);
  expect(creates).toEqual([]);
  expect(updates).toMatchObject([
    { observation_id: strong.id, text: "Anna bakes bread.  Anna drinks tea.  Anna eats fish." },
  ]);
  expect(deletes).toMatchObject([{ observation_id: weak.id, merged_into: strong.id }]);
});

describe("two observations that are worded nearly alike", () => {
  const verdict = (candidate: string, twin: string) => {
    const content = `Same?\n\nNew: ${JSON.stringify(candidate)}\nKnown: ${JSON.stringify(twin)}\n\nAnswer.`;
    return answerTo([{ role: "user", content }]);
  };

  test("are one when they are about the same", async () => {
    expect(await verdict("Anna likes green tea.", "Anna likes green tea a lot.")).toMatchObject({
      action: "merge",
      text: "Anna likes green tea a lot.  Anna likes green tea.",
    });
  });

  test("stay two when they are about different people", async () => {
    expect(await verdict("Anna likes green tea.", "Ben likes green tea.")).toMatchObject({ action: "keep" });
  });
});
