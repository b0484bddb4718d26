import { describe, expect, test } from "vitest";
import { offlineReranker } from "../../src/rerank/offline/offline-reranker.ts";
import type { RerankCandidate } from "../../src/rerank/types.ts";

const NOW = new Date("2024-01-01T00:00:00Z");

function candidate(text: string, position: number, more: Partial<RerankCandidate> = {}): RerankCandidate {
  return {
    id: `unit-${position}`,
    document: text,
    text,
    context: null,
    source: null,
    factType: "world",
    documentId: `document-${position}`,
    position,
    occurredStart: null,
    occurredEnd: null,
    // Each at a time of its own: nothing was said nearby.
    mentionedAt: new Date(NOW.getTime() - position * 3_600_000),
    ...more,
  };
}

function texts(...all: string[]): RerankCandidate[] {
  return all.map((text, index) => candidate(text, index));
}

async function ranked(
  query: string,
  candidates: RerankCandidate[],
  options: { window?: { from: Date; to: Date } } = {},
): Promise<string[]> {
  const scores = await offlineReranker.score(query, candidates, { now: NOW, ...options });
  expect(scores).toHaveLength(candidates.length);
  for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
  return candidates
    .map(({ text }, index) => ({ text, score: scores[index] ?? 0 }))
    .sort((a, b) => b.score - a.score)
    .map(({ text }) => text);
}

describe("wording", () => {
  test("a rare word tells more than a frequent one", async () => {
    const [first] = await ranked(
      "Which village has a windmill?",
      texts(
        "The village has a school.",
        "The village has a church.",
        "A windmill was built.",
        "The village is old.",
      ),
    );
    expect(first).toBe("A windmill was built.");
  });

  test("inflections and irregular forms are the same word", async () => {
    const [first] = await ranked(
      "Who wrote about wolves?",
      texts("Tom bought a bicycle.", "Ann writes of a wolf."),
    );
    expect(first).toBe("Ann writes of a wolf.");
  });

  test("words of one family are not told apart altogether", async () => {
    const [first] = await ranked(
      "Who wants to adopt?",
      texts("Tom has a boat.", "Ann spoke of the adoption."),
    );
    expect(first).toBe("Ann spoke of the adoption.");
  });

  test("words in the order of the query tell more than the same words apart", async () => {
    const [first] = await ranked(
      "When does the market hall open?",
      texts("The hall of the old market burned.", "The market hall has a clock."),
    );
    expect(first).toBe("The market hall has a clock.");
  });

  test("a word of the same subject tells something", async () => {
    const [first] = await ranked(
      "What must I not eat?",
      texts("I live in Rome.", "I am allergic to peanuts."),
    );
    expect(first).toBe("I am allergic to peanuts.");
  });

  test("scripts without spaces are compared by characters", async () => {
    const [first] = await ranked("爱丽丝在哪里工作?", texts("鲍勃喜欢茶。", "爱丽丝在银行工作。"));
    expect(first).toBe("爱丽丝在银行工作。");
  });

  test("nothing in common scores 0, and a query without words too", async () => {
    const candidates = texts("The dam broke.", "Rain fell.");
    expect(await offlineReranker.score("violin", candidates, { now: NOW })).toEqual([0, 0]);
    expect(await offlineReranker.score("???", candidates, { now: NOW })).toEqual([0, 0]);
    expect(await offlineReranker.score("violin", [], { now: NOW })).toEqual([]);
  });
});

describe("what was said nearby", () => {
  const at = new Date("2023-05-01T10:00:00Z");
  const question = candidate("Where did you hide the silver key?", 10, { mentionedAt: at });
  const answer = candidate("Under the doormat, as always.", 11, { mentionedAt: at });
  const remark = candidate("The doormat is worn.", 30, { mentionedAt: at });

  test("an answer takes a share of the question before it", async () => {
    const order = await ranked("Where is the silver key?", [remark, answer, question]);
    expect(order.slice(0, 2)).toEqual([question.text, answer.text]);
  });

  test("another talk lends nothing", async () => {
    const elsewhere = { ...answer, mentionedAt: new Date("2023-06-01T10:00:00Z") };
    const scores = await offlineReranker.score("Where is the silver key?", [question, elsewhere], {
      now: NOW,
    });
    expect(scores[1]).toBe(0);
  });

  test("a document holds together where nothing says when", async () => {
    const undated = { mentionedAt: null, documentId: "talk" };
    const [, second] = await offlineReranker.score(
      "Where is the silver key?",
      [
        { ...question, ...undated },
        { ...answer, ...undated },
      ],
      { now: NOW },
    );
    expect(second).toBeGreaterThan(0);
  });

  test("a document's facts in a row are read as one text, and the one that says most leads", async () => {
    const together = { documentId: "letter", mentionedAt: at };
    const facts = [
      candidate("Our boat is new.", 1, together),
      candidate("It is called Swallow.", 2, together),
      candidate("The harbour was full of swallows.", 40, { mentionedAt: new Date("2023-08-01T00:00:00Z") }),
    ];
    const order = await ranked("What is the new boat called?", facts);
    expect(order.at(-1)).toBe("The harbour was full of swallows.");
  });

  test("the words that the facts of a text leave out count for them, and for its neighbours", async () => {
    const source = "Boats, boats! Where did you learn to sail?";
    const asked = candidate("Somebody likes boats.", 10, { source, mentionedAt: at });
    const answer = candidate("My uncle showed me.", 11, { mentionedAt: at });
    const order = await ranked("Who learned to sail?", [
      candidate("My uncle is old.", 30),
      candidate("A boat sank.", 40),
      answer,
      asked,
    ]);
    expect(order.slice(0, 2)).toEqual([asked.text, answer.text]);
  });

  test("of a short text's many facts the one that says most leads", async () => {
    const source = "A list of what grows here: plums. Pears. Apples. Figs. Nuts. Grapes. Quinces.";
    const fruits = ["plums", "pears", "apples", "figs", "nuts", "grapes", "quinces"];
    const facts = fruits.map((fruit, index) =>
      candidate(`There are ${fruit}.`, index, { source, documentId: "list", mentionedAt: at }),
    );
    for (const fruit of fruits) expect((await ranked(`Are there ${fruit}?`, facts))[0]).toContain(fruit);
    const scores = await offlineReranker.score("Are there plums?", facts, { now: NOW });
    expect(Math.max(...scores.slice(1))).toBeLessThan((scores[0] ?? 0) / 2);
  });

  test("an observation takes and lends nothing", async () => {
    const observation = { ...answer, factType: "observation" };
    const scores = await offlineReranker.score("Where is the silver key?", [question, observation], {
      now: NOW,
    });
    expect(scores[1]).toBe(0);
  });

  test("the order of the candidates changes nothing", async () => {
    const forth = await offlineReranker.score("silver key", [question, answer, remark], { now: NOW });
    const back = await offlineReranker.score("silver key", [remark, answer, question], { now: NOW });
    expect(back.toReversed()).toEqual(forth);
  });
});

describe("who and when", () => {
  test.each([
    ["by context", "It rained.", "Alice", "Bob"],
    ["by the text's own label", null, null, null],
  ])("a fact told by the one who is asked about leads (%s)", async (_, __, mine, other) => {
    const own = mine ? "My garden has pears." : "Alice: My garden has pears.";
    const foreign = other ? "My garden has pears too." : "Bob: My garden has pears too.";
    const [first] = await ranked("What grows in Alice's garden?", [
      candidate(foreign, 0, { context: other }),
      candidate(own, 1, { context: mine }),
    ]);
    expect(first).toBe(own);
  });

  test("a fact of the days that are asked about leads, also when it was told in the week after", async () => {
    const window = { from: new Date("2023-05-01T00:00:00Z"), to: new Date("2023-05-31T23:59:59.999Z") };
    const facts = [
      candidate("We hiked in the valley.", 0, { mentionedAt: new Date("2023-04-20T00:00:00Z") }),
      candidate("We hiked on the ridge.", 1, { mentionedAt: new Date("2023-06-03T00:00:00Z") }),
      candidate("We hiked in the dunes.", 2, {
        mentionedAt: new Date("2023-09-01T00:00:00Z"),
        occurredStart: new Date("2023-05-10T00:00:00Z"),
      }),
    ];
    expect((await ranked("Where did we hike in May 2023?", facts, { window })).at(-1)).toBe(
      "We hiked in the valley.",
    );
  });
});
