import { expect, onTestFinished, test } from "vitest";
import { ContainerPostgres, HindsightServer } from "../../src/index.ts";
import { findEngine } from "../../src/postgres/container/engine.ts";
import { soon } from "../support/postgres.ts";
import { containersOfOurs } from "./containers.ts";

const mine = async () => (await containersOfOurs()).filter(({ owner }) => owner === process.pid);

/** How many banks a server has. */
async function banks(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/v1/default/banks`)).json()) as { banks: unknown[] };
  return answer.banks.length;
}

test("servers of a process share a container, each with a database, and the last one to stop ends it", async () => {
  expect(await ContainerPostgres.isAvailable()).toBe(true);
  const start = () => HindsightServer.start({ database: "container" });
  const [first, second, third] = await Promise.all([start(), start(), start()]);
  expect(await mine()).toHaveLength(1);
  await fetch(`${first.url}/v1/default/banks/mine/memories`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items: [{ content: "Alice works at Google." }] }),
  });
  expect(await Promise.all([first, second, third].map(({ url }) => banks(url)))).toEqual([1, 0, 0]);
  await second.stop();
  await first.stop();
  expect(await mine()).toHaveLength(1);
  expect(await banks(third.url)).toBe(0);
  await third.stop();
  expect(await mine()).toHaveLength(0);
});

test("a server that ends by itself gives its place up, and one that does not start takes none", async () => {
  const server = await HindsightServer.start({ database: "container" });
  await expect(
    HindsightServer.start({ database: "container", llmProvider: "openai", llmModel: "gpt-4o-mini" }),
  ).rejects.toMatchObject({ code: "LLM_KEY_MISSING" });
  expect(await banks(server.url)).toBe(0);
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  await server.stop();
  expect(await mine()).toHaveLength(0);
});

test("a start that is stopped leaves no container", async () => {
  const starting = HindsightServer.start({ database: "container" });
  const outcome = starting.then(String, (error: { code?: string }) => error.code);
  await starting.stop();
  expect(await outcome).toBe("SERVER_STOPPED");
  expect(await mine()).toHaveLength(0);
});

test("a container that was ended from outside is used by no server that starts later", async () => {
  const before = await HindsightServer.start({ database: "container" });
  onTestFinished(() => before.stop());
  const [container] = await mine();
  const { client } = await findEngine(soon());
  await client.container.getById(container?.id ?? "").kill();
  // Its end comes to us as an event, which need not be here yet.
  const start = async () => {
    await using server = await HindsightServer.start({ database: "container" });
    return await banks(server.url);
  };
  await expect.poll(() => start().catch(() => undefined), { timeout: 30_000 }).toBe(0);
  await before.stop();
  expect(await mine()).toHaveLength(0);
});

test("a database that cannot be dropped is told by its server's stop, and the container goes with the last server all the same", async () => {
  const start = () => HindsightServer.start({ database: "container" });
  const [first, second] = await Promise.all([start(), start()]);
  const [container] = await mine();
  const { client } = await findEngine(soon());
  // Templates are not dropped.
  const sql = "UPDATE pg_database SET datistemplate = true WHERE datname LIKE '%server%'";
  const { exitCode } = await client.container.exec(client.container.getById(container?.id ?? ""), [
    ...["psql", "--username", "postgres", "--command", sql],
  ]);
  expect(exitCode).toBe(0);
  await expect(first.stop()).rejects.toMatchObject({ code: "POSTGRES_CONNECT_FAILED" });
  await second.stop();
  expect(await mine()).toHaveLength(0);
});
