import { expect, test } from "vitest";
import { startBank } from "./fixture.ts";

async function chunksOf(content: string, retain_chunk_size: number): Promise<string[]> {
  const bank = await startBank({ config: { retain_chunk_size } });
  await bank.retain({ content, document_id: "d" });
  const { body } = await bank.send("GET", "/documents/d/chunks?limit=1000");
  return body.items.map(({ chunk_text }: { chunk_text: string }) => chunk_text);
}

const TURNS = [1, 2, 3, 4].map((n) => ({ speaker: "Ann", text: `turn number ${n}` }));

test("JSON lines are packed, as they stand", async () => {
  const lines = TURNS.map((turn) => JSON.stringify(turn));
  expect(await chunksOf(lines.join("\r\n"), 100)).toEqual([
    `${lines[0]}\n${lines[1]}`,
    `${lines[2]}\n${lines[3]}`,
  ]);
});

test("a JSON array is cut between its turns", async () => {
  const chunks = await chunksOf(JSON.stringify(TURNS), 110);
  expect(chunks.map((chunk) => JSON.parse(chunk).length)).toEqual([2, 2]);
  expect(chunks[0]).toBe(
    '[{"speaker": "Ann", "text": "turn number 1"}, {"speaker": "Ann", "text": "turn number 2"}]',
  );
});

test("text is cut at the coarsest separator that does, which leads the next chunk", async () => {
  expect(await chunksOf("One two three. Four five six. Seven", 20)).toEqual([
    "One two three",
    ". Four five six",
    ". Seven",
  ]);
});

test("chunking a chunk changes nothing", async () => {
  const text = Array.from(
    { length: 60 },
    (_, n) => `Sentence ${n}, which has a clause; and another! Is it so?`,
  ).join("\n\n");
  const chunks = await chunksOf(text, 300);
  expect(chunks.length).toBeGreaterThan(5);
  for (const chunk of chunks.slice(0, 3)) expect(await chunksOf(chunk, 300)).toEqual([chunk]);
});
