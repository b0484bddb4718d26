// `npm run bench:retrieval -- --data <folder>`: how often recall finds the turns of a conversation that answer a question. Each file
// of the folder holds `turns[{ id, at, speaker, text, image }]` and `questions[{ question, evidence[turn ids], category }]`. Every
// turn is retained as a document of its own, every question is asked through the HTTP API, and what is counted are the documents of
// the first ten results. Plain BM25 over the same turns is the floor.
//   --provider <name>   only this LLM provider (none, offline)
//   --arms              also: what each arm brings, and what is lost without it
//   --env NAME=value    a variable of the server, for experiments (repeatable): HINDSIGHT_API_ENABLE_OBSERVATIONS=false, say
import { parseArgs } from "node:util";
import { stemmer } from "stemmer";
import {
  banksOf,
  contentOf,
  environmentOf,
  readConversations,
  retainConversations,
} from "./lib/conversations.mjs";
import { prepare } from "./lib/prepare.mjs";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    provider: { type: "string", multiple: true, default: ["none", "offline"] },
    arms: { type: "boolean", default: false },
    env: { type: "string", multiple: true, default: [] },
  },
});
if (!options.data) {
  console.error("Usage: npm run bench:retrieval -- --data <folder>");
  process.exit(2);
}
prepare();
const { HindsightServer } = await import("../dist/index.mjs");

const TOP = 10;
const conversations = readConversations(options.data);

/** Counts hits by category and by conversation. */
class Tally {
  #groups = new Map();

  add(conversation, { evidence, category }, found) {
    const hits = evidence.filter((id) => found.includes(id)).length;
    for (const group of ["all", `category ${category}`, `conversation ${conversation.name}`]) {
      const sums = this.#groups.get(group) ?? { any: 0, all: 0, count: 0 };
      sums.any += hits > 0 ? 1 : 0;
      sums.all += hits === evidence.length ? 1 : 0;
      sums.count += 1;
      this.#groups.set(group, sums);
    }
  }

  print(title, { details = true } = {}) {
    for (const [group, { any, all, count }] of [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (group !== "all" && !details) continue;
      const name = group === "all" ? title : `  ${group} (${count})`;
      console.log(`  ${name.padEnd(46)} ${percent(any, count)} ${percent(all, count)}`);
    }
  }
}

function percent(part, whole) {
  return ((100 * part) / whole).toFixed(1).padStart(6);
}

console.log(`  ${"".padEnd(46)} any@10 all@10`);
measureFloor().print("plain BM25");
for (const provider of options.provider) await measureServer(provider);

/** Okapi BM25 (k1 1.2, b 0.75) over stems without stop words, a document a turn. */
function measureFloor() {
  const stop = new Set(
    `a about after all am an and any are as at be because been but by can could did do does for from had has have he her here
    him his how i if in into is it its just me my no not now of on one or our out she so some than that the their them then
    there these they this those to up was we were what when where which who whom whose why will with would you your`.split(
      /\s+/,
    ),
  );
  const termsOf = (text) =>
    (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter((word) => !stop.has(word)).map(stemmer);
  const tally = new Tally();
  for (const conversation of conversations) {
    const documents = conversation.turns.map((turn) => termsOf(`${turn.speaker}: ${contentOf(turn)}`));
    const average = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
    const holding = (term) => documents.filter((terms) => terms.includes(term)).length;
    for (const question of conversation.questions) {
      const weights = new Map(
        termsOf(question.question).map((term) => {
          const count = holding(term);
          return [term, Math.log(1 + (documents.length - count + 0.5) / (count + 0.5))];
        }),
      );
      const scored = documents.map((terms, index) => {
        let score = 0;
        for (const [term, weight] of weights) {
          const count = terms.filter((other) => other === term).length;
          score += (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * terms.length) / average));
        }
        return { id: conversation.turns[index].id, score };
      });
      const found = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
      tally.add(
        conversation,
        question,
        found.slice(0, TOP).map(({ id }) => id),
      );
    }
  }
  return tally;
}

async function measureServer(llmProvider) {
  // Test mode for `settled`, and for ids that are the same in every run; the clock stands after the conversations.
  const server = await HindsightServer.start({
    llmProvider,
    testMode: true,
    clock: "2026-01-01",
    env: environmentOf(options.env),
  });
  try {
    const call = banksOf(server);
    await retainConversations(call, conversations);
    await server.test.settled({ timeout: 600_000 });
    console.log(`\nLLM provider ${llmProvider}`);
    (await ask(call)).print("recall");
    if (options.arms) await measureArms(call);
  } finally {
    await server.stop();
  }
}

/** Asks every question. `request` and `config` are laid over the recall's body and the banks' configuration. */
async function ask(call, { request = {}, config = {} } = {}) {
  const tally = new Tally();
  const times = [];
  for (const conversation of conversations) {
    await call("PATCH", `${conversation.name}/config`, { updates: config });
    for (const question of conversation.questions) {
      const began = performance.now();
      const { results } = await call("POST", `${conversation.name}/memories/recall`, {
        query: question.question,
        ...request,
      });
      times.push(performance.now() - began);
      tally.add(
        conversation,
        question,
        results.slice(0, TOP).map((result) => result.document_id),
      );
    }
  }
  times.sort((a, b) => a - b);
  tally.milliseconds = times[Math.floor(times.length / 2)];
  return tally;
}

async function measureArms(call) {
  const off = { enable_text_search: false, enable_graph_retrieval: false, enable_temporal_retrieval: false };
  const on = { enable_text_search: true, enable_graph_retrieval: true, enable_temporal_retrieval: true };
  // No similarity reaches 2: the floor switches the semantic arm off.
  const noSemantic = { min_scores: { semantic: 2 } };
  const variants = [
    ["semantic arm alone", { config: off }],
    ["keyword arm alone", { config: { ...off, enable_text_search: true }, request: noSemantic }],
    ["semantic and keyword", { config: { ...off, enable_text_search: true } }],
    ["  and graph", { config: { ...on, enable_temporal_retrieval: false } }],
    ["  and temporal", { config: { ...on, enable_graph_retrieval: false } }],
    ["without semantic", { config: on, request: noSemantic }],
    ["without keyword", { config: { ...on, enable_text_search: false } }],
    ["all arms, not reranked", { config: { ...on, enable_reranking: false } }],
  ];
  for (const [title, variant] of variants) {
    const config = { enable_reranking: true, ...variant.config };
    (await ask(call, { ...variant, config })).print(title, { details: false });
  }
}
