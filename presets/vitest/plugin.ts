import { join } from "node:path";
import type { PresetOptions } from "../../src/harness/protocol.ts";
import { packageRoot } from "../../src/package-root.ts";
import { OPTIONS_KEY } from "./keys.ts";
import { setupFile } from "./setup-file.ts";

export type { PresetOptions } from "../../src/harness/protocol.ts";

/** A Vite plugin, as far as ours is one: the type of Vite's own would tie the package to one version of it. */
export interface HindsightPlugin {
  name: string;
  config(): { test: { globalSetup: string[]; setupFiles: string[]; provide: Record<string, unknown> } };
}

/**
 * The Vitest plugin: a real Hindsight server for every worker, and a clean bank for every test.
 *
 * @param options how LLM calls are answered, where the databases are, how long a start may take; all have defaults.
 *
 * @example
 * // vitest.config.ts
 * import { hindsight } from "hindsight-testkit/vitest/plugin";
 * export default defineConfig({ plugins: [hindsight({ llm: "replay" })] });
 */
export function hindsight(options: PresetOptions = {}): HindsightPlugin {
  return {
    name: "hindsight-testkit",
    config: () => ({
      test: {
        globalSetup: [join(packageRoot(), "dist/vitest/global-setup.mjs")],
        setupFiles: [setupFile()],
        provide: { [OPTIONS_KEY]: options },
      },
    }),
  };
}
