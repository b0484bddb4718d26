import { expect, test } from "vitest";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { startApp } from "../../http/app-fixture.ts";
import { createChatModel } from "../../support/chat-model.ts";

const BANK = "/v1/default/banks/garden";

/** The text of a mental model after its first refresh, after one with a new fact, and after one of these is gone. */
async function texts(): Promise<string[]> {
  const llm = createChatModel({ provider: "offline" }, { attribute: false });
  const app = await startApp({ llm });
  const { context, worker } = app.engine;
  const settled = () =>
    waitUntilSettled(
      context,
      worker.changes,
      { sandboxId: "" },
      { signal: new AbortController().signal, timeoutMs: 30_000 },
    );
  const retain = async (content: string, id: string) => {
    await app.send("POST", `${BANK}/memories`, { items: [{ content, document_id: id }] });
    await settled();
  };
  const refresh = async () => {
    await app.send("POST", `${BANK}/mental-models/m/refresh`);
    await settled();
    return (await app.send("GET", `${BANK}/mental-models/m`)).body.content;
  };
  await retain("Greta planted two quince trees along the south wall of the garden.", "d1");
  await retain("Otto built a brick oven in the yard.", "d2");
  const trigger = { mode: "delta" };
  const source_query = "What did Greta plant in the garden?";
  await app.send("POST", `${BANK}/mental-models`, { id: "m", name: "Garden", source_query, trigger });
  await settled();
  const { body } = await app.send("GET", `${BANK}/mental-models/m`);
  await retain("Greta planted a hazel hedge by the gate of the garden.", "d3");
  const changed = await refresh();
  await app.send("DELETE", `${BANK}/documents/d3`);
  await settled();
  return [body.content, changed, await refresh()];
}

test("the offline model writes a mental model, works news in and takes out what is gone, the same in every run", async () => {
  const [first = "", second = "", third = ""] = await texts();
  expect(first).toContain("quince");
  expect(second).toContain("quince");
  expect(second).toContain("hazel");
  expect(third).toContain("quince");
  expect(third).not.toContain("hazel");
  expect(await texts()).toEqual([first, second, third]);
});
