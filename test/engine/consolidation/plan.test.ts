import { expect, test } from "vitest";
import { type ConsolidationAnswer, readAnswer } from "../../../src/engine/consolidation/answer.ts";
import type { KnownObservation } from "../../../src/engine/consolidation/known-observations.ts";
import { planOf } from "../../../src/engine/consolidation/plan.ts";

const FACTS = new Set(["f1", "f2"]);
const FIRST = "11111111-1111-4111-8111-111111111111";
const SECOND = "22222222-2222-4222-8222-222222222222";

function shown(unitId: string, text: string): KnownObservation {
  const observation = {
    unitId,
    text,
    factType: "observation" as const,
    context: "",
    eventDate: null,
    occurredStart: null,
    occurredEnd: null,
    mentionedAt: null,
    documentId: null,
    chunkId: null,
    tags: [],
    sourceMemoryIds: [],
    position: 1,
    metadata: {},
    proofCount: 1,
    revision: "1",
  };
  return { observation, sources: [] };
}
const KNOWN = [shown(FIRST, "Anna likes tea."), shown(SECOND, "Ben sails.")];

function plan(answer: Partial<ConsolidationAnswer>, freeSlots: number | null = null) {
  return planOf({ creates: [], updates: [], deletes: [], ...answer }, FACTS, KNOWN, freeSlots);
}

test("several updates of an observation are one: the last text, all sources", () => {
  const { updates, touched } = plan({
    updates: [
      { observationId: FIRST, text: "a", sourceIds: ["f2", "zz"] },
      { observationId: `${FIRST.slice(0, 13)}…`, text: "b", sourceIds: ["f1", "f2"] },
    ],
  });
  expect(updates).toEqual([{ observationId: FIRST, text: "b", sourceIds: ["f2", "f1"] }]);
  expect([...touched]).toEqual(["f2", "f1"]);
});

test("an update wins over a delete, and the first delete over the next", () => {
  const { deletes } = plan({
    updates: [{ observationId: FIRST, text: "a", sourceIds: ["f1"] }],
    deletes: [
      { observationId: FIRST, mergedInto: null },
      { observationId: SECOND, mergedInto: "unheard of" },
      { observationId: SECOND, mergedInto: FIRST },
    ],
  });
  expect(deletes).toEqual([{ observationId: SECOND, mergedInto: "unknown" }]);
});

test("what is said already is not said again, and its fact counts as left out", () => {
  const { creates, touched } = plan({
    creates: [
      { text: " Anna  likes tea. ", sourceIds: ["f1"] },
      { text: "anna likes tea.", sourceIds: ["f2"] },
    ],
  });
  expect(creates).toEqual([{ text: "anna likes tea.", sourceIds: ["f2"] }]);
  expect([...touched]).toEqual(["f2"]);
});

test("an update that names a fact is a create, where there is room for it", () => {
  const updates = [{ observationId: "f1", text: "a", sourceIds: ["f1"] }];
  expect(plan({ updates }, 1).creates).toEqual([{ text: "a", sourceIds: ["f1"] }]);
  expect(plan({ updates }, 0).creates).toEqual([]);
});

test.each([
  [{ creates: null }],
  [{ creates: [{ text: "a" }] }],
  [{ creates: [{ source_fact_ids: [] }] }],
  [{ updates: [{ observation_id: 5, text: "a", source_fact_ids: [] }] }],
  [{ deletes: [{ observation_id: null, id: "a" }] }],
  [[]],
])("an answer against the form is refused as a whole: %j", (answer) => {
  expect(() => readAnswer(JSON.stringify(answer))).toThrow();
});
