// `npm test`: what it needs, then the checks of the house and every test. Arguments go to Vitest, and skip the checks.
import { bin, installRunners, prepare, run } from "./lib/prepare.mjs";

prepare();
installRunners();
const node = process.execPath;
const filters = process.argv.slice(2);
if (filters.length === 0) {
  run(node, [bin("typescript", "tsc"), "-p", "."]);
  run(node, [bin("@biomejs/biome", "biome"), "check", "--error-on-warnings"]);
  run(node, [bin("dependency-cruiser", "depcruise"), "src", "presets", "--output-type", "err"]);
  run(node, [bin("knip")]);
  run(node, [bin("publint"), "--strict"]);
  run(node, [
    bin("@arethetypeswrong/cli", "attw"),
    ...["--pack", ".", "--profile", "node16", "--quiet"],
    // Vitest's runtime is an ES module, and so are the entries that import it. The preset is no module for programs.
    ...["--ignore-rules", "cjs-resolves-to-esm", "--exclude-entrypoints", "./jest/jest-preset"],
  ]);
}
run(node, [bin("vitest"), "run", ...filters]);
