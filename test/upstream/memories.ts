/** What is done with upstream's server, and what of it is compared: the texts that stand behind its ids. */
import { setTimeout as delay } from "node:timers/promises";
import { HindsightClient } from "@vectorize-io/hindsight-client";

const BANK = "harbour";
const PAUSE_MS = 100;
const LONGEST_WORK_MS = 120_000;

/** Waits for a server of which nobody tells us when it is ready. */
export async function settled(condition: () => Promise<boolean>, limit = LONGEST_WORK_MS): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`Nothing came of it in ${limit} ms.`);
    await delay(PAUSE_MS);
  }
}

/** Two retains, the consolidation after each, a recall and a reflect. @returns texts, without ids and times. */
export async function useMemory(url: string) {
  const client = new HindsightClient({ baseUrl: url });
  // The counts of the statistics are of some seconds ago.
  const consolidated = (times: number) =>
    settled(async () => {
      const response = await fetch(`${url}/v1/default/banks/${BANK}/operations?limit=100`);
      const { operations } = (await response.json()) as {
        operations: { task_type: string; status: string }[];
      };
      const done = operations.filter(
        ({ task_type, status }) => task_type === "consolidation" && status === "completed",
      );
      return done.length >= times;
    });
  // Without a date and a document's name, so that the server makes up both.
  await client.retain(BANK, "Mara repairs boats. Jonas bakes bread.", { tags: ["harbour", "people"] });
  await consolidated(1);
  await client.retain(BANK, "Mara repairs boats in Kiel now.", {
    tags: ["people", "harbour"],
    timestamp: "2024-03-05T10:00:00Z",
  });
  await consolidated(2);
  const { results } = await client.recall(BANK, "Who repairs boats?");
  const response = await fetch(`${url}/v1/default/banks/${BANK}/reflect`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "What does Mara do?", include: { facts: {} } }),
  });
  if (!response.ok) throw new Error(`Reflect failed: ${await response.text()}`);
  const reflected = (await response.json()) as {
    text: string;
    based_on: { memories: { text: string; type: string }[] };
  };
  return {
    ...(await listMemories(url)),
    recalled: results.map(({ text }) => text),
    answer: reflected.text,
    basedOn: reflected.based_on.memories.map(({ type, text }) => `${type}: ${text}`).sort(),
  };
}

async function listMemories(url: string) {
  const response = await fetch(`${url}/v1/default/banks/${BANK}/memories/list?limit=100`);
  const { items } = (await response.json()) as {
    items: { id: string; fact_type: string; text: string; source_memory_ids?: string[] }[];
  };
  const textOf = (id: string) => items.find((item) => item.id === id)?.text ?? `no such memory: ${id}`;
  return {
    facts: items
      .filter(({ fact_type }) => fact_type !== "observation")
      .map(({ text }) => text)
      .sort(),
    observations: items
      .filter(({ fact_type }) => fact_type === "observation")
      .map(({ text, source_memory_ids: sources = [] }) => ({ text, sources: sources.map(textOf).sort() }))
      .sort((a, b) => (a.text < b.text ? -1 : 1)),
  };
}
