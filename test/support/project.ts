import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa, type Options } from "execa";
import { onTestFinished } from "vitest";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The command, as built. */
export const CLI = join(ROOT, "dist/cli.mjs");

/** The package as it would be installed, laid into the examples by the build. */
const PACKED = join(ROOT, "examples/vitest-basic/node_modules/hindsight-testkit");

/** The runners' versions that the presets are tried on: the folder whose node_modules has one, and its command. */
export const RUNNERS = {
  "vitest 4": { home: ROOT, command: "node_modules/vitest/vitest.mjs" },
  "vitest 3": { home: join(ROOT, "test/runners/vitest-3"), command: "node_modules/vitest/vitest.mjs" },
  "jest 30": { home: ROOT, command: "node_modules/jest/bin/jest.js" },
  "jest 29": { home: join(ROOT, "test/runners/jest-29"), command: "node_modules/jest/bin/jest.js" },
  // Of `npm run test:matrix`.
  "vitest 5": { home: join(ROOT, "test/matrix/node-24"), command: "node_modules/vitest/vitest.mjs" },
  "jest 30 on node 24": { home: join(ROOT, "test/matrix/node-24"), command: "node_modules/jest/bin/jest.js" },
} as const;

/** What runs the runners: the matrix has a Node of its own. */
const NODE = process.env.MATRIX_NODE ?? process.execPath;

export type RunnerName = keyof typeof RUNNERS;

const loopbackUp = (then: string) => ["sh", "-c", `ip link set lo up && exec ${then} "$@"`, "sh"];

/**
 * The arguments of `unshare` that run a command without a network. Only root may make the namespace: another user becomes
 * root in a namespace of users first, and itself again in one inside it.
 */
export const UNPLUGGED =
  process.getuid?.() === 0
    ? ["--net", ...loopbackUp("")]
    : ["--net", "--map-root-user", ...loopbackUp(`unshare --map-user=${process.getuid?.()}`)];

/** A user's project on disk, with the package installed, removed when the test ends. */
export class Project {
  readonly directory: string;
  readonly #runner: (typeof RUNNERS)[RunnerName];

  constructor(runner: RunnerName, options: { example?: string; files?: Record<string, string> }) {
    this.#runner = RUNNERS[runner];
    if (!existsSync(PACKED))
      throw new Error("The package is not built: run `npm test`, which does that first.");
    // Below the runner's home, so that the project's imports of the runner find this version of it.
    const parent = join(this.#runner.home, ".cache/projects");
    mkdirSync(parent, { recursive: true });
    this.directory = realpathSync(mkdtempSync(join(parent, "project-")));
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
    if (options.example) {
      cpSync(join(ROOT, "examples", options.example), this.directory, {
        recursive: true,
        filter: (path) => !path.includes("node_modules"),
      });
    }
    for (const [path, text] of Object.entries(options.files ?? {})) this.write(path, text);
    cpSync(PACKED, join(this.directory, "node_modules/hindsight-testkit"), { recursive: true });
  }

  write(path: string, text: string): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Replaces text in a file of the project; the text must be there. */
  replace(path: string, from: string, to: string): void {
    const before = readFileSync(join(this.directory, path), "utf8");
    if (!before.includes(from)) throw new Error(`${path} does not hold ${JSON.stringify(from)}`);
    this.write(path, before.replace(from, to));
  }

  /** The only file whose path matches, relative to the project. */
  find(pattern: RegExp): string {
    const paths = readdirSync(this.directory, { recursive: true, encoding: "utf8" }).filter(
      (path) => !path.startsWith("node_modules") && pattern.test(path),
    );
    const [found, another] = paths;
    if (found === undefined || another !== undefined)
      throw new Error(`Not one file, but: ${paths.join(", ")}`);
    return found;
  }

  /** Runs the runner in a network namespace that has nothing but loopback. */
  runWithoutNetwork(args: string[]) {
    return execa("unshare", [...UNPLUGGED, NODE, this.#command, ...args], {
      ...RUN_OPTIONS,
      cwd: this.directory,
      env: outerEnvironment(),
    });
  }

  get #command(): string {
    return join(this.#runner.home, this.#runner.command);
  }

  /** Runs the runner in the project. It does not throw: a run that fails is what many tests look at. */
  run(args: string[] = [], env: NodeJS.ProcessEnv = {}) {
    return execa(NODE, [this.#command, ...args], {
      ...RUN_OPTIONS,
      cwd: this.directory,
      env: { ...outerEnvironment(), ...env },
    });
  }
}

const RUN_OPTIONS = {
  all: true,
  reject: false,
  extendEnv: false,
  timeout: 120_000,
} as const satisfies Options;

/** Our environment without what the runner of these tests put there for its own workers. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" };
  for (const name of Object.keys(env)) {
    if (/^(VITEST|JEST|HINDSIGHT_|NODE_ENV$|FORCE_COLOR$|DEV$|PROD$|SSR$|MODE$|BASE_URL$|TEST$)/.test(name)) {
      Reflect.deleteProperty(env, name);
    }
  }
  if (process.env.HINDSIGHT_TESTKIT_HOME) env.HINDSIGHT_TESTKIT_HOME = process.env.HINDSIGHT_TESTKIT_HOME;
  return env;
}
