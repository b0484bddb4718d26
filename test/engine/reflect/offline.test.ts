import { describe, expect, test } from "vitest";
import { FixedClock } from "../../../src/engine/clock.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { ReflectRequest, RetainItem } from "../../../src/engine/types.ts";
import { OfflineModel } from "../../../src/llm/offline/offline-model.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";

const ADDRESS = { sandboxId: "", bankId: "letters" };

/** Letters of one writer over a year: when, and what. */
const LETTERS: [string, string][] = [
  [
    "2023-02-11T09:00:00Z",
    "Clara rents a room above a bakery in Ghent. Clara is allergic to walnuts. Her brother Emil plays the trombone in a brass band.",
  ],
  [
    "2023-05-20T09:00:00Z",
    "Clara adopted a grey cat called Pluto last week. Clara works at the city library as an archivist.",
  ],
  [
    "2023-09-03T09:00:00Z",
    "Clara moved to Antwerp on 1 September 2023. Emil sprained his ankle on a ski slope in August.",
  ],
  ["2023-12-17T09:00:00Z", "Clara and Emil will travel to Bergen by ship on 28 December 2023."],
];

async function lettersBank() {
  const { database } = await createTestDatabase();
  const engine = new Engine(
    engineContext(database, { llm: new OfflineModel(), clock: new FixedClock("2024-01-01T00:00:00Z") }),
  );
  const { signal } = new AbortController();
  const items = LETTERS.map(
    ([date, content], index): RetainItem => ({
      content,
      documentId: `letter-${index + 1}`,
      timestamp: { kind: "at", instant: new Date(date), offsetMinutes: 0 },
      resolveEntities: true,
      tags: [],
    }),
  );
  await engine.retain(ADDRESS, items, signal);
  const ask = (query: string, request: Partial<ReflectRequest> = {}) =>
    engine.reflect(
      ADDRESS,
      { query, budget: "low", maxTokens: 4096, includeFacts: true, tagsMatch: "any", ...request },
      signal,
    );
  return { ask };
}

describe("the offline model answers from retained prose", () => {
  test("in the words it was told, and in others", async () => {
    const { ask } = await lettersBank();
    const cases: [string, RegExp][] = [
      ["What is Clara allergic to?", /walnuts/],
      ["What is the name of Clara's cat?", /Pluto/],
      ["Which pet does Clara have?", /Pluto/],
      ["What is Clara's profession?", /archivist/],
      ["Which instrument is Emil playing?", /trombone/],
      ["What kind of injury did Emil have?", /ankle/],
      ["When did Clara move to Antwerp?", /September 1, 2023|1 September 2023/],
      ["When are they travelling to Bergen?", /December/],
      ["Where does Clara live now?", /Antwerp/],
      ["Plan a dinner for Clara.", /walnuts/],
    ];
    for (const [question, expected] of cases) {
      const { text, basedOn } = await ask(question);
      expect([question, text]).toEqual([question, expect.stringMatching(expected)]);
      expect(basedOn?.memories.map((memory) => memory.text).join("\n")).toMatch(expected);
      expect(basedOn?.memories.length).toBeLessThanOrEqual(5);
    }
  });

  test("of a change over time it tells both ends", async () => {
    const { ask } = await lettersBank();
    const { text } = await ask("Where has Clara lived over time?");
    expect(text).toMatch(/Ghent.*Antwerp/s);
  });

  test("it says so when nothing was said", async () => {
    const { ask } = await lettersBank();
    for (const question of [
      "What is the name of Rebecca's horse?",
      "What did Clara study?",
      "Did Emil visit Tokyo?",
    ]) {
      expect((await ask(question)).text).toMatch(/^I don't know/);
    }
  });

  test("it fills a schema", async () => {
    const { ask } = await lettersBank();
    const responseSchema = { properties: { city: { type: "string" }, known: { type: "boolean" } } };
    const { structuredOutput } = await ask("Where does Clara live now?", { responseSchema });
    expect(structuredOutput).toEqual({ city: "Antwerp", known: true });
  });

  test("the same bank and question give the same answer", async () => {
    const [one, two] = await Promise.all([lettersBank(), lettersBank()]);
    const question = "What should a guest of Clara's know?";
    expect(await one.ask(question)).toEqual(await two.ask(question));
  });
});
