/** A folder in which all of the torture happens, so that what belongs to it can be told from everything else. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";

/** The package as it would be installed, laid into the examples by the build. */
const PACKED = "examples/vitest-basic/node_modules/hindsight-testkit";

export interface Place {
  /** In the paths of everything that belongs to it. */
  mark: string;
  /** The cache directory. */
  home: string;
  /** The ids of all processes that were found to belong to it. */
  seen: Set<number>;
  /** A project with the package installed, below our own folder, where it finds Vitest. */
  project: string;
  remove(): void;
}

export function makePlace(files: Record<string, string>): Place {
  const root = packageRoot();
  const home = realpathSync(mkdtempSync(join(tmpdir(), "torture-")));
  // Postgres's user has to pass where we are root.
  chmodSync(home, 0o755);
  const mark = basename(home);
  const project = join(root, ".cache", mark);
  mkdirSync(project, { recursive: true });
  cpSync(join(root, PACKED), join(project, "node_modules/hindsight-testkit"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  return {
    mark,
    home,
    seen: new Set(),
    project,
    remove: () => {
      for (const path of [home, project]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
