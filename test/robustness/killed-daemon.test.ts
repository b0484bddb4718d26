import { expect, test, vi } from "vitest";
import { scriptedModel, started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";

const BANK = "/v1/default/banks/b";
const WAITING = { timeout: 15_000, interval: 50 };

/** Daemons on one database, and a model that answers when it is told to. */
async function setUp() {
  const { url, database } = await createTestDatabase();
  const { promise: answered, resolve: answer } = promiseWithResolvers();
  const facts = { json: { facts: [{ what: "Ada sails", fact_type: "world" }] } };
  const provider = await startScriptedOpenAi(() => ({ after: answered, answer: facts }));
  const startDaemon = async () => {
    const { subprocess, ready } = await started({
      database: { kind: "url", url },
      environment: scriptedModel(provider.baseUrl),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
    const get = async (path: string): Promise<any> => (await fetch(`${ready.url}${BANK}${path}`)).json();
    const submit = async () => {
      const response = await fetch(`${ready.url}${BANK}/memories`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ async: true, items: [{ content: "Ada sails." }] }),
      });
      return ((await response.json()) as { operation_id: string }).operation_id;
    };
    const kill = async () => {
      subprocess.kill("SIGKILL");
      await subprocess;
    };
    return { get, submit, kill };
  };
  return { database, provider, answer, startDaemon };
}

test("what a killed daemon had accepted is finished by the next one, once", async () => {
  const { provider, answer, startDaemon } = await setUp();
  const first = await startDaemon();
  const id = await first.submit();
  await provider.firstRequest;
  await first.kill();
  answer();
  const second = await startDaemon();
  await vi.waitFor(
    async () => expect((await second.get(`/operations/${id}`)).status).toBe("completed"),
    WAITING,
  );
  const operation = await second.get(`/operations/${id}`);
  expect(operation.child_operations).toMatchObject([{ status: "completed", error_message: null }]);
  expect(await second.get("/memories/list")).toMatchObject({ total: 1 });
  expect(await second.get("/stats")).toMatchObject({ total_documents: 1 });
});

test("two daemons never take each other's work while both live, and one takes the other's when that is killed", {
  timeout: 60_000,
}, async () => {
  const { database, provider, answer, startDaemon } = await setUp();
  const daemons = [await startDaemon(), await startDaemon()] as const;
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) ids.push(await daemons[0].submit());
  await vi.waitFor(() => expect(provider.requests).toHaveLength(12), WAITING);
  const { rows } = await database.query<{ retries: number }>(
    "SELECT max(retry_count) AS retries FROM operations",
  );
  expect(rows[0]?.retries).toBe(0);

  await daemons[0].kill();
  answer();
  await vi.waitFor(
    async () => {
      for (const id of ids) expect((await daemons[1].get(`/operations/${id}`)).status).toBe("completed");
    },
    { timeout: 30_000 },
  );
  expect(await daemons[1].get("/memories/list")).toMatchObject({ total: 12 });
});
