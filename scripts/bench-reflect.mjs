// `npm run bench:reflect -- --data <folder>`: whether reflect, with the offline model, answers what was said and admits what was not.
// The folder is that of `bench:retrieval`. Every turn is retained as a document of its own. Asked are the questions of category 4
// (answered by one turn) whose answer's words all stand in that turn, and questions about people who do not occur. Counted are the
// answers whose citations hold a turn of the evidence, those that have at least half of the expected answer's words, and those that
// say that it is not known.
//   --category <n>      questions of this category (4)
//   --all               also those whose answer is worded otherwise than the turn
//   --budget <name>     of reflect (low)
//   --out <file>        writes every question with its answer and citations, as JSON
//   --env NAME=value    a variable of the server, for experiments (repeatable)
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
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
    category: { type: "string", default: "4" },
    all: { type: "boolean", default: false },
    budget: { type: "string", default: "low" },
    out: { type: "string" },
    env: { type: "string", multiple: true, default: [] },
  },
});
if (!options.data) {
  console.error("Usage: npm run bench:reflect -- --data <folder>");
  process.exit(2);
}

/** About people of whom nothing was told, on matters that any conversation may touch. */
const UNKNOWN = [
  "What is the name of Rosalind's dog?",
  "Where does Thaddeus work?",
  "What did Philippa realize after the charity race?",
  "Which book did Ignatius recommend?",
  "What does Henrietta do to relax?",
  "When did Barnaby move to a new city?",
  "How many children does Clementine have?",
  "What kind of music does Leopold like?",
  "Who taught Wilhelmina to paint?",
  "What was Ferdinand's favorite childhood memory?",
  "What did Octavia buy for her family last weekend?",
  "Why did Cornelius start volunteering?",
  "What food does Marguerite enjoy cooking?",
  "How long has Percival been married?",
  "What are Ottilie's plans for the summer?",
  "Is Benedikt allergic to anything?",
  "What job did Gwendolyn lose?",
  "How does Montgomery feel about his new house?",
  "Which sport does Aurelia practise?",
  "What advice did Balthasar give to his friends?",
];
/** Until the observations of all conversations are made. */
const SETTLE_TIMEOUT_MS = 1_800_000;
const NOT_KNOWN = /\b(do not|don['’]t) know\b/i;

const conversations = readConversations(options.data);
const asked = conversations.flatMap(({ name, turns, questions }) =>
  questions.flatMap(({ question, answer, evidence, category }) => {
    if (category !== Number(options.category) || answer === null) return [];
    const said = wordsOf(
      turns
        .filter(({ id }) => evidence.includes(id))
        .map(contentOf)
        .join(" "),
    );
    const words = wordsOf(String(answer));
    const isSaid = words.size > 0 && [...words].every((word) => said.has(word));
    return isSaid || options.all ? { bank: name, question, answer: String(answer), evidence } : [];
  }),
);
checkUnknown();

prepare();
const { HindsightServer } = await import("../dist/index.mjs");
// In test mode, so that ids and the order of background work are the same in every run.
const server = await HindsightServer.start({
  llmProvider: "offline",
  testMode: true,
  env: environmentOf(options.env),
});
try {
  const call = banksOf(server);
  await retainConversations(call, conversations);
  await server.test.settled({ timeout: SETTLE_TIMEOUT_MS });
  const known = await ask(call, asked);
  const unknown = await ask(
    call,
    UNKNOWN.map((question, index) => ({ bank: conversations[index % conversations.length].name, question })),
  );
  report(known, unknown);
  if (options.out) writeFileSync(options.out, JSON.stringify({ known, unknown }, null, 2));
} finally {
  await server.stop();
}

/** In lower case, without punctuation. */
function wordsOf(text) {
  return new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
}

/** Somebody who does occur would make "I don't know" the wrong answer. */
function checkUnknown() {
  const said = wordsOf(
    conversations.flatMap(({ turns }) => turns.map((turn) => `${turn.speaker} ${contentOf(turn)}`)).join(" "),
  );
  for (const question of UNKNOWN) {
    const names = (question.match(/(?<=\s)\p{Lu}\p{Ll}+/gu) ?? []).map((name) => name.toLowerCase());
    if (names.length === 0 || names.some((name) => said.has(name))) {
      throw new Error(`The conversations tell of somebody in: ${question}`);
    }
  }
}

async function ask(call, questions) {
  const results = [];
  for (const { bank, ...asked } of questions) {
    const began = performance.now();
    const { text, based_on: basedOn } = await call("POST", `${bank}/reflect`, {
      query: asked.question,
      budget: options.budget,
      include: { facts: {} },
    });
    const cited = basedOn.memories.map(({ document_id: documentId }) => documentId);
    results.push({ bank, ...asked, text, cited, milliseconds: performance.now() - began });
  }
  return results.map((result) => ({ ...result, ...judge(result) }));
}

function judge({ answer, evidence, text, cited }) {
  const notKnown = NOT_KNOWN.test(text);
  if (answer === undefined) return { notKnown };
  const given = wordsOf(text);
  const words = [...wordsOf(answer)];
  return {
    notKnown,
    // Where nothing is cited all that was found counts as cited, which is no merit of the answer.
    isCited: !notKnown && evidence.some((id) => cited.includes(id)),
    isAnswered: words.filter((word) => given.has(word)).length >= words.length / 2,
  };
}

function report(known, unknown) {
  const groups = [...new Set(known.map(({ bank }) => bank))].map((bank) => [
    `  conversation ${bank}`,
    known.filter((result) => result.bank === bank),
  ]);
  console.log(`${"".padEnd(28)} questions   cited  answered  not known`);
  for (const [name, results] of [["answered by one turn", known], ...groups]) {
    const share = (is) => ((100 * results.filter(is).length) / results.length).toFixed(1);
    console.log(
      [
        name.padEnd(28),
        String(results.length).padStart(9),
        share(({ isCited }) => isCited).padStart(7),
        share(({ isAnswered }) => isAnswered).padStart(9),
        share(({ notKnown }) => notKnown).padStart(10),
      ].join(" "),
    );
  }
  const admitted = unknown.filter(({ notKnown }) => notKnown).length;
  console.log(`\nof people who do not occur: ${admitted} of ${unknown.length} not known`);
  for (const { question, text } of unknown.filter(({ notKnown }) => !notKnown)) {
    console.log(`  ${question} ${text}`);
  }
  const answers = known.filter(({ notKnown }) => !notKnown);
  const times = [...known, ...unknown].map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  console.log(`citations an answer: ${mean(answers.map(({ cited }) => cited.length))}`);
  console.log(`words an answer: ${mean(answers.map(({ text }) => text.split(/\s+/).length))}`);
  console.log(`median: ${Math.round(times[Math.floor(times.length / 2)])} ms`);
}

function mean(numbers) {
  return (numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(1);
}
