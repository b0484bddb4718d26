import { expect, test } from "vitest";
import { OfflineModel } from "../../src/llm/offline/offline-model.ts";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/letters";
const QUESTION = "What should one know about Clara and Emil?";
const NOTES = [
  "Clara lives in Ghent. Clara is allergic to walnuts.",
  "Emil plays the trombone in a brass band.",
  "Clara works as a nurse at the harbour clinic.",
  "Emil lives in Antwerp and drives a blue van.",
  "Clara prefers tea over coffee.",
  "Clara moved to Antwerp in March.",
  "Emil no longer plays the trombone; he switched to the tuba.",
  "The garden behind the house has two quince trees.",
  "Clara's brother Tom visits every Sunday.",
  "Tom keeps bees on the roof of the school.",
  "Emil and Clara met at a concert in Bruges.",
  "Clara now prefers coffee because tea makes her sleepy.",
];
const NEWS = [
  "Clara keeps a goat.",
  "Emil was born in Ghent.",
  "Tom sold the bees.",
  "Clara moved to Bruges.",
];

type Order = (notes: readonly string[]) => string[];
const ORDERS: Order[] = [
  (notes) => [...notes],
  (notes) => notes.toReversed(),
  (notes) => [...notes.filter((_, index) => index % 2 === 1), ...notes.filter((_, index) => index % 2 === 0)],
];

/** All that a test sees of notes that were sent without waiting for any, in this order. */
async function seen(app: Awaited<ReturnType<typeof startApp>>, inOrder: Order) {
  const { sandboxes } = (await app.control("POST", "/testkit/v1/sandboxes", { count: 1 })).body;
  const bank = `/sandbox/${sandboxes[0]}${BANK}`;
  const read = async (method: string, path: string, body?: object) => {
    const answer = await app.send(method, `${bank}${path}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  const settled = async () => {
    const { status, body } = await app.control("POST", "/testkit/v1/settled", { sandbox: sandboxes[0] });
    expect(status, JSON.stringify(body)).toBe(200);
  };
  const send = async (notes: readonly string[], prefix: string) => {
    for (const content of inOrder(notes)) {
      const item = { content, document_id: `${prefix}${notes.indexOf(content)}` };
      await read("POST", "/memories", { items: [item], async: true });
    }
    await settled();
  };
  const pages = () =>
    Promise.all(["full", "delta"].map(async (id) => (await read("GET", `/mental-models/${id}`)).content));

  await send(NOTES, "note");
  const lists = [
    await read("GET", "/memories/list?limit=200&type=world"),
    await read("GET", "/memories/list?limit=200&type=observation"),
    await read("GET", "/documents"),
  ];
  const recalled = await read("POST", "/memories/recall", { query: QUESTION });
  const asked = ["What does Clara prefer?", "Who plays an instrument?", QUESTION];
  const answers = [];
  for (const query of asked) answers.push(await read("POST", "/reflect", { query, include: { facts: {} } }));
  for (const mode of ["full", "delta"]) {
    await read("POST", "/mental-models", {
      id: mode,
      name: "Who",
      source_query: QUESTION,
      trigger: { mode },
    });
    await settled();
  }
  const first = await pages();
  await send(NEWS, "news");
  for (const id of ["full", "delta"]) {
    await read("POST", `/mental-models/${id}/refresh`);
    await settled();
  }
  return { lists, recalled, answers, first, second: await pages() };
}

test("the order in which asynchronous notes come in reaches no answer and no page", {
  timeout: 60_000,
}, async () => {
  const app = await startApp({ llm: new OfflineModel() });
  const runs = [];
  for (const order of ORDERS) runs.push(await seen(app, order));
  const [one, ...more] = runs;
  expect(one?.first[0]).toContain("Clara is allergic to walnuts.");
  expect(one?.second[1]).toContain("Clara keeps a goat.");
  for (const other of more) expect(JSON.stringify(other)).toBe(JSON.stringify(one));
});
