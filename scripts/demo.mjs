// `npm run demo`: runs examples/vitest-basic as a user would, then tells what the run started, what it cost, and what it left.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, prepare, root } from "./lib/prepare.mjs";

prepare();

const scratch = mkdtempSync(join(tmpdir(), "hindsight-demo-"));
const reportFile = join(scratch, "report.json");
const began = performance.now();
const { status } = spawnSync(process.execPath, [bin("vitest"), "run"], {
  cwd: join(root, "examples/vitest-basic"),
  stdio: "inherit",
  env: { ...process.env, HINDSIGHT_TESTKIT_REPORT: reportFile },
});
const seconds = (performance.now() - began) / 1000;
if (status !== 0) {
  rmSync(scratch, { recursive: true });
  process.exit(status ?? 1);
}

const report = JSON.parse(readFileSync(reportFile, "utf8"));
rmSync(scratch, { recursive: true });

const ms = (value) => `${value.toFixed(0).padStart(6)} ms`;
const left = report.processes.filter(({ pid }) => isAlive(pid));

console.log("What happened");
console.log(
  `  ${report.tests} tests, ${report.banks} clean banks, ${report.servers.length} servers, ${seconds.toFixed(1)} s in all`,
);
console.log("  global setup");
for (const { name, ms: time } of report.phases) console.log(`  ${ms(time)}  ${name}`);
for (const { slot, url, phases } of report.servers) {
  console.log(`  server of worker ${slot}, ${url}`);
  for (const { name, ms: time } of phases) console.log(`  ${ms(time)}  ${name}`);
}
console.log(`  processes started: ${report.processes.length}, left behind: ${left.length || "none"}`);
for (const { name, pid } of left) console.log(`    ${name}, pid ${pid}`);
process.exit(left.length === 0 ? 0 : 1);

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
