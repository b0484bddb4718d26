// What `npm run demo` and `npm test` do first, on a clone that has nothing yet: install, build, and lay the built package into
// the examples as npm would install it. Each step is skipped when its inputs have not changed. Needs Node and npm only.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Runs a command in the foreground. npm is a script of its own on Windows, which only a shell can start. */
export function run(command, args, options = {}) {
  const { status, error, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32" && command === "npm",
    ...options,
  });
  if (error) throw error;
  if (status !== 0) {
    console.error(`\n${command} ${args.join(" ")} failed (${signal ?? `exit code ${status}`}).`);
    process.exit(status ?? 1);
  }
}

function hash(paths, extra = "") {
  const sum = createHash("sha256").update(extra);
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else sum.update(path.slice(root.length)).update("\0").update(readFileSync(path)).update("\0");
  };
  for (const path of paths) add(join(root, path));
  return sum.digest("hex");
}

/** Does `work` unless `stamp` says that it was done for the same inputs. */
function once(what, stamp, inputs, work) {
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, "utf8") === inputs) return;
  const began = performance.now();
  console.log(`${what} …`);
  work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, inputs);
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
}

/** Installs a folder's dependencies as its lock file has them. */
function install(folder) {
  const inputs = hash(
    [join(folder, "package.json"), join(folder, "package-lock.json")],
    `${process.version} ${process.platform} ${process.arch}`,
  );
  const what = folder === "." ? "Installing" : `Installing ${folder}`;
  once(what, join(folder, "node_modules/.hindsight-testkit-installed"), inputs, () =>
    // Nothing needs install scripts, and a dependency's optional one would compile for half a minute.
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: join(root, folder),
    }),
  );
}

/** The oldest runners that the presets support, for the tests. */
export function installRunners() {
  for (const name of readdirSync(join(root, "test/runners"))) install(join("test/runners", name));
}

/** The newest ones, and what is newest of the peers. */
export function installMatrix() {
  install("test/matrix/node-24");
}

const BUILD_INPUTS = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsdown.config.ts",
  "src",
  "presets",
];

function build() {
  const inputs = hash(BUILD_INPUTS);
  once("Building", "dist/.inputs", inputs, () => {
    run(process.execPath, [bin("tsdown"), "--logLevel", "warn"]);
    writeFileSync(join(root, PROGRAMS_STAMP), inputs);
  });
  return inputs;
}

const PROGRAMS_STAMP = "dist/.programs-inputs";

/** Builds the programs alone, for what starts servers by the command: without declarations it takes a fraction. */
export function preparePrograms() {
  requireNode();
  install(".");
  once("Building the programs", PROGRAMS_STAMP, hash(BUILD_INPUTS), () => {
    rmSync(join(root, "dist/.inputs"), { force: true });
    run(process.execPath, [bin("tsdown"), "--logLevel", "warn", "--filter", "programs"]);
  });
}

/** The file behind a command of a development dependency. */
export function bin(name, command = name) {
  const manifest = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  const path = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[command];
  return join(root, "node_modules", name, path);
}

/** The files that `npm publish` would put into the package. */
function packedFiles() {
  const { stdout, status } = spawnSync(
    "npm",
    ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"],
    {
      cwd: root,
      encoding: "utf8",
      shell: process.platform === "win32",
    },
  );
  if (status !== 0) throw new Error(`npm pack failed:\n${stdout}`);
  return JSON.parse(stdout)[0].files.map(({ path }) => path);
}

/** Installs the built package into a project's node_modules: the files that would be published, and no others. */
export function layInto(project) {
  const target = join(project, "node_modules/hindsight-testkit");
  rmSync(target, { recursive: true, force: true });
  for (const path of packedFiles()) cpSync(join(root, path), join(target, path));
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`hindsight-testkit needs Node 20.19 or newer; this is ${process.version}.`);
    process.exit(1);
  }
}

export function prepare() {
  requireNode();
  install(".");
  const built = build();
  for (const example of readdirSync(join(root, "examples"))) {
    const project = join(root, "examples", example);
    once(
      `Packing for examples/${example}`,
      `examples/${example}/node_modules/.hindsight-testkit-packed`,
      built,
      () => layInto(project),
    );
  }
}
