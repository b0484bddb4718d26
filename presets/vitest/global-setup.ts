import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { CoordinatorAddress, PresetOptions } from "../../src/harness/protocol.ts";
import { joinCoordinator, warnAboutOwnApiUrl } from "../../src/harness/shared-coordinator.ts";
import { packageRoot } from "../../src/package-root.ts";
import { COORDINATOR_KEY, OPTIONS_KEY } from "./keys.ts";

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
  warnAboutOwnApiUrl(process.env, project.config.env);
  const { address, leave } = await joinCoordinator(project.config.provide[OPTIONS_KEY] ?? {}, {
    root: project.config.root,
    command: "npx vitest run",
  });
  project.provide(COORDINATOR_KEY, address);
  // First, so that HINDSIGHT_API_URL is there for the user's own setup files too.
  const setupFile = join(packageRoot(), "dist/vitest/setup.mjs");
  if (!project.config.setupFiles.includes(setupFile)) project.config.setupFiles.unshift(setupFile);
  return leave;
}
