import { expect, test } from "vitest";
import { OfflineModel } from "../../src/llm/offline/offline-model.ts";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/letters";

async function lettersApp() {
  const { send, control } = await startApp({ llm: new OfflineModel() });
  const settled = () => control("POST", "/testkit/v1/settled", {});
  const retain = async (id: string, date: string, content: string) => {
    const item = { document_id: id, timestamp: date, content };
    expect((await send("POST", `${BANK}/memories`, { items: [item] })).status).toBe(200);
    await settled();
  };
  const refresh = async () => {
    await send("POST", `${BANK}/mental-models/who/refresh`);
    await settled();
    return (await send("GET", `${BANK}/mental-models/who`)).body;
  };
  return { send, settled, retain, refresh };
}

test("the offline model writes a mental model, works in what is new, and takes out what is gone", async () => {
  const { send, settled, retain, refresh } = await lettersApp();
  await retain("one", "2023-02-11T09:00:00Z", "Clara lives in Ghent. Clara is allergic to walnuts.");
  await retain("two", "2023-02-12T09:00:00Z", "Emil plays the trombone in a brass band.");
  await send("POST", `${BANK}/mental-models`, {
    id: "who",
    name: "Who is who",
    source_query: "What should one know about Clara and Emil?",
    trigger: { mode: "delta" },
  });
  await settled();
  const first = (await send("GET", `${BANK}/mental-models/who`)).body.content;
  expect(first).toMatch(/^## Clara\n\n.*Clara lives in Ghent\..*/s);
  expect(first).toMatch(/## Emil\n\nEmil plays the trombone in a brass band\./);

  await retain("three", "2023-09-03T09:00:00Z", "Clara lives in Antwerp. Clara keeps bees.");
  const second = await refresh();
  expect(second.reflect_response).toMatchObject({ outcome: "content_written", delta_applied: true });
  expect(second.content).toContain("Clara lives in Antwerp. Before that: Clara lives in Ghent.");
  expect(second.content).toContain("Clara keeps bees.");
  expect(second.content).toContain("allergic to walnuts");

  await send("DELETE", `${BANK}/documents/two`);
  await settled();
  const third = await refresh();
  expect(third.content).not.toContain("trombone");
  expect(third.content).toContain("Clara keeps bees.");
});
