// `npm run test:containers`: the suites of the engine on a Postgres with pgvector, in a container, and those of containers themselves.
// Needs a container engine that answers; it fails where none does, and where a test was skipped. Arguments go to Vitest.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, preparePrograms, root, run } from "./lib/prepare.mjs";

preparePrograms();
const report = join(root, ".cache/test-containers.json");
mkdirSync(join(root, ".cache"), { recursive: true });
const filters = process.argv.slice(2);
run(process.execPath, [
  bin("vitest"),
  "run",
  ...["--config", "vitest.containers.config.ts"],
  ...["--reporter", "default", "--reporter", "json", "--outputFile.json", report],
  ...filters,
]);
const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(report, "utf8"));
if (filters.length === 0 && numPassedTests < numTotalTests) {
  console.error(`\n${numTotalTests - numPassedTests} of ${numTotalTests} tests in containers were skipped.`);
  process.exit(1);
}
