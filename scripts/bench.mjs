// `npm run bench`: what a suite pays for a real server. Every figure stands beside a floor that is measured in the same run, so
// that runs on different machines can be compared by their ratios.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { bin, layInto, prepare, root } from "./lib/prepare.mjs";

prepare();
const { HindsightServer, RecordedLlm } = await import("../dist/index.mjs");
const { HindsightClient } = await import("@vectorize-io/hindsight-client");

const RUNS = 3;
const TESTS = 200;
const MEMORIES = 1_000;
const ENTRIES = 5_000;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const timed = async (work) => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
const repeated = async (count, work) => {
  const times = [];
  for (let i = 0; i < count; i++) times.push(await timed(() => work(i)));
  return times;
};
function line(name, ms, floor) {
  const ratio = floor === undefined ? "" : `  ${(ms / floor).toFixed(1).padStart(7)} × the floor`;
  console.log(`  ${name.padEnd(44)} ${ms.toFixed(ms < 10 ? 2 : 0).padStart(8)} ms${ratio}`);
}

// A cache of its own, which other users can enter: as root, Postgres runs as one of them.
const cache = mkdtempSync(join(root, ".cache-bench-"));
const home = process.getuid?.() === 0 ? mkdtempSync("/var/tmp/hindsight-bench-") : join(cache, "home");
if (process.getuid?.() === 0) spawnSync("chmod", ["755", home]);

try {
  await startUp();
  await testCosts();
  await serverCosts();
  await replayCosts();
} finally {
  for (const path of [cache, home]) rmSync(path, { recursive: true, force: true });
}

/** Runs a project of `files` once; returns the run's report and its whole time. */
function runVitest(project, env = {}) {
  const report = join(project, "report.json");
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin("vitest"), "run"], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, ...env, HINDSIGHT_TESTKIT_REPORT: report },
  });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`The benchmark's suite failed:\n${stdout}\n${stderr}`);
  return { ms, report: JSON.parse(readFileSync(report, "utf8")) };
}

function project(name, files) {
  const directory = join(cache, name);
  for (const [path, text] of Object.entries({ "package.json": `{"type":"module"}`, ...files })) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  layInto(directory);
  return realpathSync(directory);
}

function config() {
  return `
    import { hindsight } from "hindsight-testkit/vitest/plugin";
    import { defineConfig } from "vitest/config";
    export default defineConfig({ plugins: [hindsight({ logLevel: "warning" })], test: { maxWorkers: 1 } });
  `;
}

async function startUp() {
  const floor = median(await repeated(RUNS, () => spawnSync(process.execPath, ["-e", "0"])));
  console.log(`\nStart-up, one worker (floor: an empty Node process, ${floor.toFixed(0)} ms)`);
  const suite = project("start", {
    "vitest.config.mjs": config(),
    "one.test.mjs": `import { test } from "hindsight-testkit/vitest"; test("has a bank", ({ bank }) => {});`,
  });
  const cold = runVitest(suite, { HINDSIGHT_TESTKIT_HOME: home }).report;
  const warm = Array.from({ length: RUNS }, () => runVitest(suite, { HINDSIGHT_TESTKIT_HOME: home }).report);
  const sum = (phases) => phases.reduce((total, { ms }) => total + ms, 0);
  const show = (title, reports, pick) => {
    console.log(`  ${title}`);
    for (const { name } of pick(reports[0])) {
      line(
        `  ${name}`,
        median(reports.map((report) => pick(report).find((phase) => phase.name === name)?.ms ?? 0)),
        floor,
      );
    }
    line("  together", median(reports.map((report) => sum(pick(report)))), floor);
  };
  show("global setup, cold (no cache)", [cold], (report) => report.phases);
  show("global setup, warm", warm, (report) => report.phases);
  show("a worker's server", warm, (report) => report.servers[0].phases);
}

async function testCosts() {
  const tests = (body) => `
    import { test as plain } from "vitest";
    import { test } from "hindsight-testkit/vitest";
    for (let i = 0; i < ${TESTS}; i++) ${body}
  `;
  const spent = (name, body) => {
    const suite = project(name, { "vitest.config.mjs": config(), "many.test.mjs": tests(body) });
    const times = Array.from({ length: RUNS }, () => {
      const json = join(suite, "vitest.json");
      const { status, stdout } = spawnSync(
        process.execPath,
        [bin("vitest"), "run", "--reporter=json", `--outputFile=${json}`],
        { cwd: suite, encoding: "utf8" },
      );
      if (status !== 0) throw new Error(`The benchmark's suite failed:\n${stdout}`);
      const [file] = JSON.parse(readFileSync(json, "utf8")).testResults;
      return (file.endTime - file.startTime) / TESTS;
    });
    return median(times);
  };
  const floor = spent("floor", `plain("empty " + i, () => {});`);
  console.log(`\nA test (floor: an empty test of Vitest's own, ${floor.toFixed(2)} ms; ${TESTS} of each)`);
  line("with a clean bank", spent("bank", `test("bank " + i, ({ bank }) => {});`), floor);
  line(
    "with a clean bank and one retain",
    spent(
      "retain",
      `test("retain " + i, async ({ bank }) => { await bank.retain("Alice works at Google."); });`,
    ),
    floor,
  );
}

async function serverCosts() {
  const server = await HindsightServer.start();
  try {
    await measureServer(server);
  } finally {
    await server.stop();
  }
}

async function measureServer(server) {
  const client = new HindsightClient({ baseUrl: server.url });
  const live = () => fetch(`${server.url}/health/live`).then((response) => response.text());
  await repeated(50, live);
  const floor = median(await repeated(200, live));
  console.log(`\nA server, offline model (floor: GET /health/live, ${floor.toFixed(2)} ms)`);
  const fact = (i) => `Person ${i} planted ${i} pear trees in village number ${i % 97} near the river.`;
  line("retain, one item", median(await repeated(200, (i) => client.retain("one", fact(i)))), floor);
  const batch = Array.from({ length: MEMORIES }, (_, i) => ({ content: fact(i), document_id: `d${i}` }));
  const whole = await timed(async () => {
    for (let i = 0; i < MEMORIES; i += 100) await client.retainBatch("many", batch.slice(i, i + 100));
  });
  line(`retain, in batches of 100 (an item)`, whole / MEMORIES, floor);
  line(
    `recall among ${MEMORIES} memories`,
    median(await repeated(100, (i) => client.recall("many", `Who planted trees in village number ${i}?`))),
    floor,
  );
  line(
    "reflect",
    median(await repeated(30, (i) => client.reflect("many", `What did person ${i} plant?`))),
    floor,
  );
}

/** What a replayed call costs beside the same call to a provider that answers at once, with a cassette of many entries. */
async function replayCosts() {
  const provider = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json" });
      const message = { role: "assistant", content: "x".repeat(500) };
      response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }] }));
    });
  });
  await new Promise((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${provider.address().port}/v1`;
  const instructions = "You extract facts from texts, one by one, and never guess. ".repeat(100);
  const ask = async (url, i) => {
    const messages = [
      { role: "system", content: instructions },
      { role: "user", content: `Text ${i}: ${"Ada lives in Porto and sails on Sundays. ".repeat(25)}` },
    ];
    const response = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", messages }),
    });
    if (response.status !== 200) throw new Error(await response.text());
    await response.text();
  };
  const cassette = join(cache, "replay.jsonl");
  const record = await RecordedLlm.start({ mode: "record", baseUrl, cassette });
  for (let i = 0; i < ENTRIES; i++) await ask(record.url(), i);
  await record.end();
  const replay = await RecordedLlm.start({ mode: "replay", cassette });
  try {
    await repeated(100, (i) => ask(baseUrl, i));
    const floor = median(await repeated(ENTRIES, (i) => ask(baseUrl, i)));
    const replayed = median(await repeated(ENTRIES, (i) => ask(replay.url(), i)));
    console.log(
      `\nA replayed call (floor: the same call to a handler, ${floor.toFixed(2)} ms; ${ENTRIES} entries)`,
    );
    line("replayed", replayed, floor);
    line("of that the gateway's", replayed - floor);
  } finally {
    await replay.end();
    provider.closeAllConnections();
    provider.close();
  }
}
