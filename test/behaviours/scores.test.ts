import { expect, test } from "vitest";
import { recalled, startBank } from "./fixture.ts";

const NOW = "2023-07-01T00:00:00Z";
const config = { retain_extraction_mode: "chunks" };

test("the final score of a single candidate is 1 under its boosts, which are neutral without a date", async () => {
  const final = async (timestamp: string) => {
    const bank = await startBank({ config: { ...config, enable_reranking: false } });
    await bank.retain({ content: "kite", timestamp });
    const request = { query: "kite", query_timestamp: NOW };
    return (await bank.send("POST", "/memories/recall", request)).body.results[0].scores.final as number;
  };
  expect(await final("unset")).toBe(1);
  // Recency 1 is worth 0.2 × (1 − 0.5).
  expect(await final(NOW)).toBeCloseTo(1.1, 10);
  expect(await final("2022-12-30T12:00:00Z")).toBeCloseTo(1, 5);
  // It never falls below 0.1.
  expect(await final("1990-01-01T00:00:00Z")).toBeCloseTo(1 + 0.2 * (0.1 - 0.5), 10);
});

test("without a reranker the base falls from 1 to a tenth by rank", async () => {
  const bank = await startBank({ config: { ...config, enable_reranking: false } });
  const items = ["kite", "kite kite", "kite kite kite"].map((content) => ({ content, timestamp: "unset" }));
  await bank.retain(...items.map((item, index) => ({ ...item, document_id: `d${index}` })));
  const { body } = await bank.send("POST", "/memories/recall", { query: "kite" });
  const finals = body.results.map(({ scores }: { scores: { final: number } }) => scores.final);
  expect(finals).toEqual([1, 0.55, 1 - 0.9]);
});

test("floors are inclusive, and prune what lies below", async () => {
  const bank = await startBank({ config: { ...config, enable_reranking: false } });
  await bank.retain({ content: "kite kite", document_id: "a" }, { content: "kite", document_id: "b" });
  const texts = (min_scores: object) => recalled(bank, "kite", { min_scores });
  expect(await texts({})).toEqual(["kite kite", "kite"]);
  expect(await texts({ reranker: 1 })).toEqual(["kite kite"]);
  expect(await texts({ final: 99 })).toEqual([]);
  expect(await texts({ semantic: 2, keyword: 0.2 })).toEqual(["kite kite"]);
});

test("chunks have a budget of their own", async () => {
  const bank = await startBank({ config });
  await bank.retain({ content: "kite", document_id: "d" });
  const request = { query: "kite", max_tokens: 0, include: { chunks: {} } };
  const { body } = await bank.send("POST", "/memories/recall", request);
  expect(body.results).toEqual([]);
  expect(Object.values(body.chunks)).toMatchObject([{ text: "kite", truncated: false }]);
});
