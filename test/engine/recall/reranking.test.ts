import { describe, expect, test } from "vitest";
import type { RecallAnswer } from "../../../src/engine/types.ts";
import { ServiceError } from "../../../src/remote/service-error.ts";
import type { RerankCandidate, Reranker } from "../../../src/rerank/types.ts";
import { searchedBank } from "../../support/recall.ts";
import { DEFAULT_RECALL_SETTINGS } from "../../support/recall-settings.ts";

const GULLS = [
  {
    text: "A gull cried.",
    context: "diary",
    occurredStart: "2022-06-05T23:00:00Z",
    mentionedAt: "2023-01-01T00:00:00Z",
  },
  { text: "Two gulls cried, gull by gull.", mentionedAt: "2023-01-01T00:00:00Z" },
  { text: "No gull cried. A gull slept. Gulls do.", mentionedAt: "2023-01-01T00:00:00Z" },
];

/** Scores by text; notes what it was sent. */
function scripted(scores: Record<string, number>) {
  const sent: { query: string; candidates: readonly RerankCandidate[] }[] = [];
  const reranker: Reranker = {
    provider: "scripted",
    score: async (query, candidates) => {
      sent.push({ query, candidates });
      return candidates.map(({ text }) => scores[text] ?? 0);
    },
  };
  return { reranker, sent };
}

const scores = ({ results }: RecallAnswer) => results.map(({ text, scores }) => [text, scores.reranker]);
const [FIRST = "", SECOND = "", THIRD = ""] = GULLS.map(({ text }) => text);
const KEYWORDS = { minScores: { semantic: 2 } };

describe("a reranker", () => {
  test("is sent each candidate with its date and context, in the order of the fusion", async () => {
    const { reranker, sent } = scripted({});
    const { ask } = await searchedBank(GULLS, { changes: { reranker } });
    await ask("gull\u0000s", KEYWORDS);
    expect(sent[0]?.query).toBe("gulls");
    expect(sent[0]?.candidates.map(({ document }) => document)).toEqual([
      expect.any(String),
      expect.any(String),
      "[Date: June 05, 2022 (2022-06-05)] diary: A gull cried.",
    ]);
  });

  test("decides with scores from 0 to 1 as they are", async () => {
    const { reranker } = scripted({ [FIRST]: 1, [SECOND]: 0.25, [THIRD]: 0.5 });
    const { ask } = await searchedBank(GULLS, { changes: { reranker } });
    const answer = await ask("gull", KEYWORDS);
    expect(scores(answer)).toEqual([
      [FIRST, 1],
      [THIRD, 0.5],
      [SECOND, 0.25],
    ]);
    expect(answer.results[1]?.scores.final).toBeCloseTo(0.5 * (1 + 0.2 * (1 - 181 / 365 - 0.5)), 9);
    expect(scores(await ask("gull", { minScores: { semantic: 2, reranker: 0.5 } }))).toHaveLength(2);
  });

  test("decides with other numbers by the logistic function; what is no number counts 0", async () => {
    const { reranker } = scripted({ [FIRST]: 0, [SECOND]: Number.NaN, [THIRD]: 2 });
    const { ask } = await searchedBank(GULLS, { changes: { reranker } });
    expect(scores(await ask("gull", KEYWORDS))).toEqual([
      [THIRD, 1 / (1 + Math.exp(-2))],
      [FIRST, 0.5],
      [SECOND, 0],
    ]);
  });

  test("leaves equal scores in the order of the fusion", async () => {
    const { reranker } = scripted({});
    const { ask } = await searchedBank(
      GULLS.map(({ text }) => ({ text })),
      { changes: { reranker } },
    );
    const { trace, results } = await ask("gull", KEYWORDS);
    expect(results.map(({ id }) => id)).toEqual(trace?.fused.map(({ unitId }) => unitId));
  });

  test("is not asked where the bank wants none, or there is nothing to score", async () => {
    const { reranker, sent } = scripted({ [FIRST]: 1 });
    const { ask } = await searchedBank(GULLS, { changes: { reranker } });
    const { results } = await ask("gull", KEYWORDS, { enableReranking: false });
    expect(results.map(({ scores }) => scores.reranker)).toEqual([null, null, null]);
    await ask("xyzzy", { minScores: { semantic: 2 } });
    expect(sent).toHaveLength(0);
  });

  test("that fails ends the recall", async () => {
    const failure = new ServiceError("answer", "no scores");
    const reranker: Reranker = { provider: "scripted", score: () => Promise.reject(failure) };
    const { ask } = await searchedBank(GULLS, { changes: { reranker } });
    await expect(ask("gull", KEYWORDS)).rejects.toBe(failure);
  });

  test("sees no more candidates than the budget lets it", async () => {
    const { reranker, sent } = scripted({});
    const { ask } = await searchedBank(GULLS, {
      changes: { reranker },
      environment: {
        HINDSIGHT_API_RERANKER_MAX_CANDIDATES: "2",
        HINDSIGHT_API_RERANKER_MAX_CANDIDATES_HIGH: "1",
      },
    });
    await ask("gull", KEYWORDS);
    const { trace } = await ask("gull", { ...KEYWORDS, budget: "high" });
    expect(sent.map(({ candidates }) => candidates.length)).toEqual([2, 1]);
    expect(trace?.phases.find(({ name }) => name === "rerank_prefilter")?.details).toEqual({
      kept: 1,
      dropped: 2,
      max_candidates: 1,
      strategy_boosts: null,
      arm_composition: { bm25: 1 },
    });
  });

  test("that is local chooses from more, and goes by the short texts that facts were drawn from", async () => {
    const { reranker, sent } = scripted({});
    const environment = { HINDSIGHT_API_RERANKER_MAX_CANDIDATES: "2" };
    const memories = [
      ...GULLS,
      { text: "Gulls eat.", chunkText: "Gulls eat. Who feeds them?" },
      { text: "A gull fell.", chunkText: `A gull fell. ${"It rained. ".repeat(100)}` },
    ];
    const narrow = { ...DEFAULT_RECALL_SETTINGS.budgetFixed, mid: 1 };
    const { ask, database, idOf } = await searchedBank(memories, {
      changes: { reranker: { ...reranker, isLocal: true } },
      environment,
    });
    await ask("gull", KEYWORDS, { budgetFixed: narrow });
    expect(sent.pop()?.candidates).toHaveLength(3);
    const sourcesNow = async () => {
      await ask("gull eats, gull fell", KEYWORDS);
      return new Map(sent.pop()?.candidates.map(({ text, source }) => [text, source]));
    };
    const sources = await sourcesNow();
    expect(sources.get("Gulls eat.")).toBe("Gulls eat. Who feeds them?");
    expect(sources.get("A gull fell.")).toBeNull();
    // What was changed since says something else.
    await database.query("UPDATE memory_units SET edited_at = created_at WHERE unit_id = $1", [
      idOf("Gulls eat."),
    ]);
    expect((await sourcesNow()).get("Gulls eat.")).toBeNull();
    const { trace } = await ask("gull", KEYWORDS, { budgetFixed: narrow, enableReranking: false });
    expect(trace?.fused).toHaveLength(1);
  });

  test("is corrected by the boost of an arm, a pass-through is not", async () => {
    const { reranker } = scripted({});
    const environment = { HINDSIGHT_API_RECALL_STRATEGY_BOOSTS: "bm25:high" };
    const { ask } = await searchedBank(GULLS, { changes: { reranker }, environment });
    const boosted = await ask("gull", KEYWORDS);
    expect(boosted.results.map(({ scores }) => scores.final)).toEqual([0.5, (0.5 * 8) / 9, 0.4]);
    const plain = await ask("gull", KEYWORDS, { enableReranking: false });
    expect(plain.results[0]?.scores.final).toBeLessThan(1.1);
    expect(plain.results[2]?.scores.final).toBeLessThan(0.12);
  });
});

describe("observations", () => {
  const SEEN = [
    { text: "Ann sails the Argo", documentId: "d1" },
    { text: "Ann reefs a sail", documentId: "d2" },
    { text: "Sails are white", documentId: "d3" },
    {
      text: "Ann is fond of sails",
      type: "observation" as const,
      sources: ["Ann sails the Argo", "Ann reefs a sail"],
      proofCount: 2,
    },
  ];

  test("stand for the facts that they were drawn from, where that is wanted and both are asked for", async () => {
    const { ask } = await searchedBank(SEEN);
    const texts = async (
      ...[request, settings]: Parameters<typeof ask> extends [unknown, ...infer Rest] ? Rest : never
    ) => (await ask("sail", { ...KEYWORDS, ...request }, settings)).results.map(({ text }) => text).sort();
    const all = SEEN.map(({ text }) => text).sort();
    const rest = ["Ann is fond of sails", "Sails are white"];
    expect(await texts()).toEqual(all);
    expect(await texts({ preferObservations: true })).toEqual(rest);
    expect(await texts({}, { preferObservations: true })).toEqual(rest);
    expect(await texts({ preferObservations: false }, { preferObservations: true })).toEqual(all);
    expect(await texts({ preferObservations: true, types: ["world"] })).toHaveLength(3);
    expect(await texts({ preferObservations: true, types: ["observation"] })).toHaveLength(1);
  });

  test("bring their sources within a budget, of all or of each", async () => {
    const { ask } = await searchedBank(SEEN);
    const sources = async (maxTokens: number, maxTokensPerObservation = -1) => {
      const { sourceFacts, results } = await ask("sail", {
        ...KEYWORDS,
        types: ["observation"],
        includeSourceFacts: { maxTokens, maxTokensPerObservation },
      });
      expect(results[0]?.sourceFactIds).toHaveLength(2);
      return [sourceFacts?.facts.map(({ text }) => text), sourceFacts?.truncated];
    };
    const both = ["Ann sails the Argo", "Ann reefs a sail"];
    expect(await sources(4096)).toEqual([both, false]);
    expect(await sources(-1)).toEqual([both, false]);
    expect(await sources(6)).toEqual([[expect.any(String)], true]);
    expect(await sources(0)).toEqual([[], true]);
    expect(await sources(0, 4096)).toEqual([both, false]);
    expect(await sources(4096, 0)).toEqual([[], true]);
    expect(
      (await ask("white", { ...KEYWORDS, includeSourceFacts: { maxTokens: 9, maxTokensPerObservation: -1 } }))
        .sourceFacts,
    ).toEqual({ facts: [], truncated: false });
  });

  test("do not bring a chunk forward that a fact of the list has itself", async () => {
    const { ask } = await searchedBank(SEEN);
    const chunkIds = async (query: string) => [
      ...((
        await ask(query, { ...KEYWORDS, types: ["observation", "world"], includeChunks: { maxTokens: 8192 } })
      ).chunks?.keys() ?? []),
    ];
    expect(await chunkIds("fond")).toEqual(["harbour_d1_0", "harbour_d2_0"]);
    // The observation comes first, and stands for the one chunk that no other fact brings.
    expect(await chunkIds("fond argo")).toEqual(["harbour_d2_0", "harbour_d1_0"]);
  });
});
