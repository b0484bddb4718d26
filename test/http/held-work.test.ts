import { expect, test } from "vitest";
import { OfflineModel } from "../../src/llm/offline/offline-model.ts";
import { type RunningApp, startApp } from "./app-fixture.ts";

/** A sandbox whose work is held, and what a test asks of it. */
async function heldSandbox(app: RunningApp) {
  const { sandboxes } = (await app.control("POST", "/testkit/v1/sandboxes", { count: 1 })).body;
  const [sandbox] = sandboxes;
  expect((await app.control("POST", "/testkit/v1/work/hold", { sandbox })).status).toBe(200);
  return { sandbox, ...inSandbox(app, sandbox) };
}

function inSandbox(app: RunningApp, sandbox: string) {
  const at = (bank: string, path: string) => `/sandbox/${sandbox}/v1/default/banks/${bank}${path}`;
  const read = async (method: string, path: string, body?: object, bank = "notes") => {
    const answer = await app.send(method, at(bank, path), body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  /** Retains in the background and waits until that is done, by asking after it alone. */
  const retained = async (content: string, bank = "notes") => {
    const body = { items: [{ content }], async: true };
    const { operation_id: id } = await read("POST", "/memories", body, bank);
    await ended(id, bank);
  };
  const ended = async (id: string, bank = "notes"): Promise<void> => {
    for (;;) {
      const { status } = await read("GET", `/operations/${id}`, undefined, bank);
      if (status !== "pending" && status !== "processing") return expect(status).toBe("completed");
    }
  };
  const consolidations = async (bank = "notes"): Promise<{ id: string; status: string }[]> =>
    (await read("GET", "/operations?type=consolidation", undefined, bank)).operations;
  const statuses = async (bank = "notes") => (await consolidations(bank)).map(({ status }) => status);
  const settled = async (banks?: string[]) => {
    const { status, body } = await app.control("POST", "/testkit/v1/settled", { sandbox, banks });
    expect(status, JSON.stringify(body)).toBe(200);
  };
  return { read, retained, ended, consolidations, statuses, settled };
}

test("a held sandbox consolidates once for all that was stored before somebody waits for it", async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const held = await heldSandbox(app);
  for (const name of ["Ada", "Ben", "Cleo"]) await held.retained(`${name} lives in Ghent.`);
  await held.read("POST", "/memories", { items: [{ content: "Dora lives in Bruges." }] });
  // Also what was recalled in between does not wait for it.
  await held.read("POST", "/memories/recall", { query: "Who lives in Ghent?" });
  expect(await held.statuses()).toEqual(["pending"]);
  await held.settled();
  expect(await held.statuses()).toEqual(["completed"]);
  await held.retained("Emil lives in Ghent.");
  expect(await held.statuses()).toEqual(["pending", "completed"]);
});

test("waiting for one bank leaves another's work alone", async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const held = await heldSandbox(app);
  await held.retained("Ada lives in Ghent.");
  await held.retained("Ben lives in Bruges.", "other");
  await held.settled(["notes"]);
  expect(await held.statuses()).toEqual(["completed"]);
  expect(await held.statuses("other")).toEqual(["pending"]);
  await held.settled();
  expect(await held.statuses("other")).toEqual(["completed"]);
});

test("who asks after held work, or reads the same again, has it begun", async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const held = await heldSandbox(app);
  await held.retained("Ada lives in Ghent.");
  const [consolidation] = await held.consolidations();
  await held.ended(consolidation?.id ?? "");
  await held.retained("Ben lives in Bruges.");
  const question = { query: "Where does Ben live?", types: ["observation"] };
  for (;;) {
    const { results } = await held.read("POST", "/memories/recall", question);
    if (results.some(({ text }: { text: string }) => text.includes("Ben"))) break;
  }
  await held.retained("Cleo lives in Ghent.");
  for (;;) {
    // Two that take turns.
    const { total: observations } = await held.read("GET", "/memories/list?type=observation");
    const { total: waiting } = await held.read("GET", "/operations?status=pending");
    if (observations > 0 && waiting === 0) break;
  }
});

test("a refresh of a mental model is held too, and follows the consolidation that it waits for", async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const held = await heldSandbox(app);
  await held.retained("Ada lives in Ghent.");
  const made = { id: "who", name: "Who", source_query: "Where does Ada live?" };
  const { operation_id: id } = await held.read("POST", "/mental-models", made);
  expect(await held.statuses()).toEqual(["pending"]);
  await held.ended(id);
  expect(await held.statuses()).toEqual(["completed"]);
  expect((await held.read("GET", "/mental-models/who")).content).toContain("Ghent");
});

test("held work can be cancelled, and tried again; a fork holds its own", async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const held = await heldSandbox(app);
  await held.retained("Ada lives in Ghent.");
  const [consolidation] = await held.consolidations();
  await held.read("DELETE", `/operations/${consolidation?.id}`);
  await held.settled();
  expect(await held.statuses()).toEqual(["cancelled"]);
  await held.read("POST", `/operations/${consolidation?.id}/retry`);
  expect(await held.statuses()).toEqual(["pending"]);
  await held.settled();
  const { sandbox } = (await app.control("POST", "/testkit/v1/sandboxes/fork", { sandbox: held.sandbox }))
    .body;
  const fork = inSandbox(app, sandbox);
  await fork.retained("Ben lives in Bruges.");
  expect(await fork.statuses()).toEqual(["pending"]);
  await fork.settled();
  expect(await fork.statuses()).toEqual(["completed"]);
});

test("where nothing is held, work begins by itself", async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const { sandboxes } = (await app.control("POST", "/testkit/v1/sandboxes", { count: 1 })).body;
  const free = inSandbox(app, sandboxes[0]);
  await free.retained("Ada lives in Ghent.");
  for (let offset = 0; ; offset++) {
    // Never the same read twice.
    const { operations } = await free.read(
      "GET",
      `/operations?type=consolidation&limit=${1 + (offset % 100)}`,
    );
    if (operations[0]?.status === "completed") break;
  }
});
