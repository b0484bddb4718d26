// `npm run wire -- [options] [group | group/scenario …]`: starts a server for each group of scenarios, plays them at it, and
// compares every answer with upstream's recorded one. Without names: every group.
//   --tools <folder>   where wire.mjs, scenarios/ and golden/ are (../shared/tools/wire)
//   --json <file>      the differences as JSON
//   --all              print every difference (the first three of a step otherwise)
// A group is a configuration of the server: its env.json holds upstream's variables.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { preparePrograms, root } from "./lib/prepare.mjs";

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { type: "string", default: join(root, "../shared/tools/wire") },
    json: { type: "string" },
    all: { type: "boolean", default: false },
  },
});
preparePrograms();
const tools = resolve(options.tools);
const work = mkdtempSync(join(tmpdir(), "hindsight-wire-"));

/** The scenarios to play, by group. */
function selection() {
  const groups = new Map();
  const wanted = names.length > 0 ? names : readdirSync(join(tools, "scenarios"));
  for (const name of wanted) {
    const [group, scenario] = name.split("/");
    const folder = join(tools, "scenarios", group);
    const files = readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "env.json");
    const pattern = new RegExp(`^${(scenario ?? "*").replace(/\.json$/, "").replaceAll("*", ".*")}\\.json$`);
    const matching = files.filter((file) => pattern.test(file)).sort();
    if (matching.length === 0) throw new Error(`no scenario matches ${name}`);
    groups.set(group, [...(groups.get(group) ?? []), ...matching.map((file) => join(folder, file))]);
  }
  return groups;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The variables of a group, and of nothing else: what stands in the shell must not change an answer. */
function groupEnvironment(group, port) {
  const env = JSON.parse(readFileSync(join(tools, "scenarios", group, "env.json"), "utf8"));
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("HINDSIGHT_API_"));
  const own = Object.entries(env).map(([name, value]) => [
    name,
    String(value).replaceAll("{model}", `http://127.0.0.1:${port}`),
  ]);
  return Object.fromEntries([...inherited, ...own]);
}

async function startServer(environment) {
  const server = spawn(process.execPath, [join(root, "dist/cli.mjs"), "serve", "--log-level", "warning"], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await Promise.race([
    once(createInterface({ input: server.stdout }), "line").then(([text]) => text),
    once(server, "exit").then(([code]) => {
      throw new Error(`the server ended with exit code ${code} before it was ready`);
    }),
  ]);
  return { server, url: JSON.parse(line).url };
}

async function playGroup(group, files) {
  const port = await freePort();
  const json = join(work, `${group}.json`);
  const environment = groupEnvironment(group, port);
  const model = spawn(process.execPath, [join(tools, "wire.mjs"), "model", "--port", String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(createInterface({ input: model.stdout }), "line");
  let server;
  try {
    const started = await startServer(environment);
    server = started.server;
    const args = ["check", started.url, ...files, "--port", String(port), "--group", group, "--json", json];
    const check = spawn(process.execPath, [join(tools, "wire.mjs"), ...args], {
      stdio: ["ignore", options.all ? "inherit" : "ignore", "inherit"],
    });
    await once(check, "exit");
  } finally {
    for (const child of [server, model]) {
      if (!child || child.exitCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  }
  return JSON.parse(readFileSync(json, "utf8"));
}

/** Steps whose difference is admitted, with the reason; docs/differences.md says the same in words. */
const admitted = JSON.parse(readFileSync(join(root, "test/wire/admitted.json"), "utf8"));
const isAdmitted = ({ group, scenario, step }) =>
  admitted.some(
    (entry) => entry.group === group && entry.scenario === scenario && entry.steps.includes(step),
  );

const report = [];
try {
  for (const [group, files] of selection()) {
    const began = performance.now();
    const steps = (await playGroup(group, files)).map((step) => ({
      group,
      ...step,
      scenario: step.scenario.replace(/\.json$/, ""),
    }));
    report.push(...steps);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    for (const scenario of new Set(steps.map((step) => step.scenario))) {
      const own = steps.filter((step) => step.scenario === scenario);
      const different = own.filter((step) => step.differences.length > 0 && !isAdmitted(step));
      const excused = own.filter((step) => step.differences.length > 0 && isAdmitted(step));
      const note = excused.length > 0 ? `, ${excused.length} admitted` : "";
      const equal = own.length - different.length - excused.length;
      console.log(
        `${different.length > 0 ? "≠" : "="} ${group}/${scenario}: ${equal} of ${own.length}${note}`,
      );
      if (options.all) continue;
      for (const { step, do: request, differences } of different) {
        console.log(`    ${step}: ${request}`);
        for (const difference of differences.slice(0, 3)) console.log(`        ${difference}`);
        if (differences.length > 3) console.log(`        … and ${differences.length - 3} more`);
      }
    }
    console.log(`  ${group}: ${seconds} s\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (options.json) writeFileSync(options.json, JSON.stringify(report, null, 1));
const different = report.filter((step) => step.differences.length > 0);
const excused = different.filter(isAdmitted);
console.log(
  `${report.length - different.length} of ${report.length} steps equal to upstream's, ${excused.length} more admitted, ${different.length - excused.length} different`,
);
if (excused.length < different.length) process.exitCode = 1;
