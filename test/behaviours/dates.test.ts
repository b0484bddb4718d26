import { expect, test } from "vitest";
import { startBank } from "./fixture.ts";

/** What recall takes the query's words for, asked on Wednesday, 5 July 2023. */
async function windowOf(query: string): Promise<[start: string, end: string] | null> {
  const bank = await startBank();
  await bank.retain({ content: "kite" });
  const request = { query, trace: true, query_timestamp: "2023-07-05T12:00:00Z" };
  const { body } = await bank.send("POST", "/memories/recall", request);
  const window = body.trace.query.temporal_constraint;
  return window && [window.start.slice(0, 10), window.end.slice(0, 10)];
}

test.each([
  ["what happened in 2021", "2021-01-01", "2021-12-31"],
  ["what did we do last weekend", "2023-07-01", "2023-07-02"],
  ["the trip of May 2022", "2022-05-01", "2022-05-31"],
  ["what was said yesterday", "2023-07-04", "2023-07-04"],
  ["anything from last week", "2023-06-26", "2023-07-02"],
])("%s", async (query, start, end) => {
  expect(await windowOf(query)).toEqual([start, end]);
});

test.each(["since 2019", "port 2019", "what is a kite", "room 12"])("no window: %s", async (query) => {
  expect(await windowOf(query)).toBeNull();
});

test("an item's relative words are counted from its own date, and none from an item without one", async () => {
  const event = (text: string) => [{ what: text, fact_type: "world", fact_kind: "event", entities: [] }];
  const bank = await startBank({ facts: event, config: { enable_observations: false } });
  await bank.retain(
    { content: "Ann swam yesterday.", document_id: "dated", timestamp: "2023-03-10T08:00:00+02:00" },
    { content: "Bob swam yesterday.", document_id: "undated", timestamp: "unset" },
  );
  const item = async (id: string) =>
    (await bank.send("GET", `/memories/list?document_id=${id}`)).body.items[0];
  expect(await item("dated")).toMatchObject({
    occurred_start: "2023-03-08T22:00:00+00:00",
    mentioned_at: "2023-03-10T06:00:00+00:00",
  });
  expect(await item("undated")).toMatchObject({ occurred_start: null, mentioned_at: null, date: "" });
});

test("a window ranks and does not filter", async () => {
  const bank = await startBank();
  await bank.retain(
    { content: "The kite flew over the bay.", document_id: "in", timestamp: "2021-05-01" },
    { content: "The kite flew over the bay again.", document_id: "out", timestamp: "2020-05-01" },
  );
  const { body } = await bank.send("POST", "/memories/recall", { query: "Where did the kite fly in 2021?" });
  expect(body.results.map(({ document_id }: { document_id: string }) => document_id)).toEqual(["in", "out"]);
});

test("a year that stands for no date is refused, wherever its days begin and end", async () => {
  const bank = await startBank();
  for (const timestamp of [
    "0001-01-01T00:00:00+14:00",
    "9999-01-01",
    "9999-12-31T23:59:59.999999",
    "9999-12-31T23:59:59.999999-14:00",
  ]) {
    const items = [{ content: "x", timestamp }];
    expect([timestamp, (await bank.send("POST", "/memories", { items })).status]).toEqual([timestamp, 422]);
  }
});
