// `npm run torture`: kills runners, daemons, Postgres and reapers of real runs, alone and in pairs, and looks what is left. Linux.
//   --rounds <n>      100
//   --kills <n>       of a profile's daemon and Postgres: 50
//   --seed <n>        of victims and moments; printed
//   --only <name>     run (Vitest on two workers), server (a program with a HindsightServer), container (that with its Postgres in a
//                     container; left out where no engine answers), profile (its data after the kills)
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "tsdown";
import { prepare, root, run } from "./lib/prepare.mjs";

if (process.platform !== "linux") {
  console.error("It looks into /proc, and so needs Linux.");
  process.exit(2);
}
prepare();
// Inside the package, where it finds the package's files.
const outDir = join(root, ".cache/torture-program");
await build({
  config: false,
  cwd: root,
  entry: { torture: "test/torture/programs/torture.ts" },
  outDir,
  format: "esm",
  platform: "node",
  dts: false,
  logLevel: "silent",
});
process.on("exit", () => rmSync(outDir, { recursive: true, force: true }));
run(process.execPath, [join(outDir, "torture.mjs"), ...process.argv.slice(2)]);
