import { expect, test } from "vitest";
import { offlineEmbedder } from "../../src/embedding/offline.ts";
import { parseExtractionMessage } from "../../src/llm/extraction-message.ts";
import { offlineReranker } from "../../src/rerank/offline/offline-reranker.ts";
import { startApp } from "../http/app-fixture.ts";
import { createChatModel } from "../support/chat-model.ts";
import { promiseWithResolvers } from "../support/promise.ts";
import { type RequestBody, type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";

const DAY = 86_400_000;
const BANK = "/v1/default/banks/crew";
const START = "2025-01-01T00:00:00.000Z";
/** Of the same months as those of the conversation that begins at `START`. */
const OTHER_MOMENT = "2025-01-01T07:30:00.000Z";
const OTHER_START = "2031-07-19T09:30:00.000Z";

/** A model whose answers depend on the texts alone, not on ids or dates. */
function answer({ messages, tools }: RequestBody): ScriptedAnswer {
  const prompt = messages.at(-1)?.content ?? "";
  if (tools) return reflecting(tools.map((tool) => tool.function.name));
  if (prompt.startsWith("# Mission")) return { json: consolidated(prompt) };
  if (prompt.includes('"merge" or "keep"')) return { json: { action: "keep" } };
  const document = /<document>\n(.*)\n<\/document>/.exec(prompt)?.[1];
  if (document !== undefined) return { json: { operations: edits(document) } };
  return { json: { facts: factsOf(parseExtractionMessage(prompt).text) } };
}

/** A fact for each sentence; every name in it is an entity. */
const factsOf = (text: string) =>
  text.split(/(?<=\.)\s+/).map((sentence) => ({
    what: sentence,
    fact_type: "world",
    fact_kind: "conversation",
    entities: sentence.match(/\b[A-Z]\w+/g)?.map((name) => ({ text: name })) ?? [],
  }));

/** An observation for each subject, which rests on all facts that begin with its name. */
function consolidated(prompt: string) {
  const [facts = "", known = ""] = prompt.split("# Observations");
  const observations: { id: string; text: string }[] = JSON.parse(/\[[\s\S]*\]/.exec(known)?.[0] ?? "[]");
  const subjects = new Map<string, string[]>();
  for (const [, id = "", subject = ""] of facts.matchAll(/^\[([\w-]+)\] (\w+)/gm)) {
    subjects.set(subject, [...(subjects.get(subject) ?? []), id]);
  }
  const entries = [...subjects].map(([subject, ids]) => ({
    known: observations.find(({ text }) => text.startsWith(`${subject} `)),
    text: `${subject} is busy with ${ids.length} things.`,
    source_fact_ids: ids,
  }));
  return {
    creates: entries.filter((entry) => !entry.known),
    updates: entries.flatMap((entry) => (entry.known ? { ...entry, observation_id: entry.known.id } : [])),
    deletes: [],
  };
}

function edits(document: string) {
  const { sections } = JSON.parse(document);
  return [{ op: "append_block", section_id: sections[0].id, text: `Page ${sections[0].blocks.length}.` }];
}

function reflecting(offered: string[]): ScriptedAnswer {
  const [only = ""] = offered;
  if (offered.length > 1) return { tools: [{ name: "answer_ready", arguments: { answer_found: true } }] };
  if (only !== "done") return { tools: [{ name: only, arguments: { query: "what does the crew do" } }] };
  const document = { sections: [{ heading: "Crew", level: 2, blocks: ["They are busy."] }] };
  return { tools: [{ name: "done", arguments: { answer: "They are busy.", document, memory_ids: ["f1"] } }] };
}

const TEXTS = [
  "Ada sails to the island. Ben mends the nets. Ada sings.",
  "Ben bakes bread. Cleo paints the harbour. Ada likes the bread.",
  "Cleo sold a picture to Dora. Dora keeps bees. Ben met Dora.",
  "Ada and Cleo plan a journey. Ada wants to see Lisbon. Dora stays.",
];

/** A conversation that asks the model for everything; the clock is moved in it. @returns what the model was asked, by scope. */
async function converse(clock: string, idSeed: string | undefined) {
  // The model answers when all is sent: what is consolidated at once depends on how quick it is.
  let sent = promiseWithResolvers();
  const provider = await startScriptedOpenAi((body) => ({ after: sent.promise, answer: answer(body) }));
  const llm = createChatModel(
    { provider: "openai", apiKey: "k", baseUrl: provider.baseUrl },
    { attribute: true },
  );
  const app = await startApp({
    llm,
    clock,
    ...(idSeed !== undefined && { idSeed }),
    context: { embedder: offlineEmbedder, reranker: offlineReranker },
    environment: { HINDSIGHT_API_CONSOLIDATION_BATCH_SIZE: "4" },
  });
  const settled = async () => {
    sent.resolve();
    expect((await app.control("POST", "/testkit/v1/settled", {})).body).toEqual({ unsettled: [] });
  };
  const retain = async (...items: object[]) => {
    const { status } = await app.send("POST", `${BANK}/memories`, { async: true, items });
    expect(status).toBe(200);
  };
  for (const content of TEXTS) await retain({ content, tags: ["log"] });
  await retain(
    { content: "Emil repairs the mast. Emil owes Ada a dinner." },
    { content: "Flora counts gulls. Flora lost a boot.", document_id: "gulls" },
  );
  await settled();
  await app.send("POST", `${BANK}/mental-models`, {
    name: "Crew",
    source_query: "What does the crew do?",
    trigger: { mode: "delta", refresh_after_consolidation: true },
  });
  await settled();
  await app.control("POST", "/testkit/v1/clock", { advance_ms: 30 * DAY + 5_400_000 });
  sent = promiseWithResolvers();
  await retain({ content: "Ada came back. Ben sold the nets. Gus asks for Ada." });
  await retain({ content: "Gus buys a boat. Ada sails with Gus." });
  await settled();
  const query = "What do Ada and Gus do together?";
  expect((await app.send("POST", `${BANK}/reflect`, { query, budget: "mid" })).status).toBe(200);
  const recalled = await app.send("POST", `${BANK}/memories/recall`, { query });
  const scopes = new Map<string, string[]>();
  for (const { headers, body } of provider.requests) {
    const scope = String(headers["x-hindsight-scope"]);
    scopes.set(scope, [...(scopes.get(scope) ?? []), JSON.stringify(body)]);
  }
  const moved = new Date(Date.parse(clock) + 30 * DAY + 5_400_000);
  const comparable = (texts: string[]) =>
    withoutIds(texts.map((text) => withoutClock(text, [new Date(clock), moved])));
  const requests = Object.fromEntries([...scopes].map(([scope, texts]) => [scope, comparable(texts)]));
  // The texts of a request are read at once, and arrive in whatever order.
  requests.retain_extract_facts?.sort();
  return {
    requests,
    recalled: comparable(recalled.body.results.map(({ text }: { text: string }) => text)),
  };
}

/** Ids by their first appearance. */
function withoutIds(texts: string[]): string[] {
  const seen = new Map<string, string>();
  const nameOf = (id: string) => {
    const name = seen.get(id) ?? `id ${seen.size + 1}`;
    seen.set(id, name);
    return name;
  };
  return texts.map((text) => text.replace(/[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}/g, nameOf));
}

/** Every way in which prompts tell an instant. */
function withoutClock(text: string, instants: Date[]): string {
  let result = text;
  for (const [index, instant] of instants.entries()) {
    const iso = instant.toISOString();
    const spelled = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", dateStyle: "full" });
    const part = (type: string) =>
      spelled.formatToParts(instant).find((found) => found.type === type)?.value ?? "";
    const day = String(instant.getUTCDate()).padStart(2, "0");
    for (const [name, rendering] of Object.entries({
      // The facts of a text follow one another by hundredths of a second.
      second: iso.slice(0, 19),
      minute: iso.slice(0, 16).replace("T", " "),
      spelled: `${part("weekday")}, ${part("month")} ${day}, ${part("year")}`,
    }))
      result = result.replaceAll(rendering, `<${name} ${index}>`);
  }
  return result;
}

test("what the model is asked depends on neither clock nor ids", async () => {
  const first = await converse(START, undefined);
  expect(Object.keys(first.requests).sort()).toEqual([
    "consolidation",
    "mental_model_delta",
    "reflect",
    "retain_extract_facts",
  ]);
  expect(JSON.stringify(first).match(/.{30}(2025|2031|January|July).{30}/g)).toBeNull();
  expect(await converse(START, "one")).toEqual(first);
  expect(await converse(OTHER_MOMENT, "two")).toEqual(first);
  // What is nearly as near as another may change places: the month in which a fact was told is part of its vector.
  for (const seed of [undefined, "one", "two"]) {
    expect((await converse(OTHER_START, seed)).requests).toEqual(first.requests);
  }
}, 60_000);
