import { expect, test } from "vitest";
import { startBank } from "./fixture.ts";

const ANY = ["/memories/list", "/documents", "/entities", "/tags", "/observations/scopes"];
const AT_LEAST_ONE = ["/operations", "/directives", "/documents/d0/chunks", "/documents/d0/history"];

test("negative pages are refused, empty ones have the true total", async () => {
  const bank = await startBank();
  const items = [0, 1, 2].map((n) => ({
    content: `Note ${n}.`,
    document_id: `d${n}`,
    tags: [`t${n}`],
    entities: [{ text: `Thing ${n}` }],
  }));
  await bank.retain(...items);
  for (const path of [...ANY, ...AT_LEAST_ONE]) {
    expect((await bank.send("GET", `${path}?limit=-1`)).status, path).toBe(422);
    expect((await bank.send("GET", `${path}?offset=-1`)).status, path).toBe(422);
  }
  for (const path of ANY) expect((await bank.send("GET", `${path}?limit=0`)).status, path).toBe(200);
  for (const path of AT_LEAST_ONE) expect((await bank.send("GET", `${path}?limit=0`)).status, path).toBe(422);
  for (const path of ["/memories/list", "/documents", "/entities", "/tags"]) {
    const none = await bank.send("GET", `${path}?limit=0`);
    expect(none.body, path).toMatchObject({ items: [], total: 3, limit: 0, offset: 0 });
    const last = await bank.send("GET", `${path}?limit=2&offset=2`);
    expect(last.body.items, path).toHaveLength(1);
    expect(last.body, path).toMatchObject({ total: 3, limit: 2, offset: 2 });
  }
});
