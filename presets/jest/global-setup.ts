import type { PresetOptions } from "../../src/harness/protocol.ts";
import { joinCoordinator, warnAboutOwnApiUrl } from "../../src/harness/shared-coordinator.ts";
import { publishCoordinator } from "./environment.ts";
import { leaveLater } from "./leave.ts";

/**
 * Jest's global setup: starts the coordinator. Options are given as `globals: { hindsight: { llm: "replay" } }`. Jest
 * runs it once for each distinct path in a run, so several projects share the first one's options.
 */
export default async function setup(
  globalConfig: { rootDir: string },
  projectConfig: { rootDir: string; globals: Record<string, unknown> },
): Promise<void> {
  const options = (projectConfig.globals.hindsight ?? {}) as PresetOptions;
  warnAboutOwnApiUrl(options, process.env);
  const { address, leave } = await joinCoordinator(options, {
    root: globalConfig.rootDir,
    command: "npx jest",
  });
  publishCoordinator(address);
  leaveLater(leave);
}
