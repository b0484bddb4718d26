import type { TestProject } from "vitest/node";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import type { CoordinatorAddress, PresetOptions } from "../../src/harness/protocol.ts";
import { joinCoordinator, warnAboutOwnApiUrl } from "../../src/harness/shared-coordinator.ts";
import { COORDINATOR_KEY, OPTIONS_KEY } from "./keys.ts";
import { setupFile } from "./setup-file.ts";

declare module "vitest" {
  interface ProvidedContext {
    "hindsight-testkit:options": PresetOptions;
    "hindsight-testkit:coordinator": CoordinatorAddress;
  }
}

/**
 * Vitest's global setup: starts the coordinator, outside of any test's timeout. The plugin names it; without the plugin
 * `globalSetup: "hindsight-testkit/vitest/global-setup"` does, and options are given as
 * `provide: { "hindsight-testkit:options": { … } }`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const options = project.config.provide[OPTIONS_KEY] ?? {};
  warnAboutOwnApiUrl(options, process.env, project.config.env);
  const { address, rerun, leave } = await joinCoordinator(options, {
    root: project.config.root,
    command: "npx vitest run",
  });
  project.provide(COORDINATOR_KEY, address);
  project.onTestsRerun(rerun);
  useSetupFile(project.config);
  return leave;
}

/**
 * Puts the setup file first, so that HINDSIGHT_API_URL is there for the user's own setup files too.
 * @throws TestkitError `INVALID_OPTION` where only the plugin can make it run for every file.
 */
function useSetupFile(config: TestProject["config"]): void {
  const file = setupFile();
  const named = config.setupFiles.includes(file);
  // Vitest decides at its start which modules it runs itself, and so again for each file of a worker that is shared.
  if (!named && config.isolate === false) {
    throw new TestkitError("INVALID_OPTION", {
      what: "`isolate: false` needs the plugin of hindsight-testkit/vitest/plugin instead of the global setup alone.",
    });
  }
  config.setupFiles = [file, ...config.setupFiles.filter((other) => other !== file)];
}
