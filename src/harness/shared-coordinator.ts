import { TestkitError } from "../errors/testkit-error.ts";
import { ControlServer } from "./control-server.ts";
import { Coordinator } from "./coordinator.ts";
import type { ExistingOptions } from "./existing/existing-options.ts";
import { ExistingRun } from "./existing/existing-run.ts";
import { type ProjectOptions, parsePresetOptions } from "./options.ts";
import type { CoordinatorAddress, PresetOptions } from "./protocol.ts";
import type { Runner } from "./runner.ts";

type Run = Coordinator | ExistingRun;

interface Shared {
  coordinator: Promise<Run>;
  control: Promise<ControlServer>;
  users: number;
}

// A runner with several projects runs global setup once for each, perhaps with a copy of this module each.
const SHARED = Symbol.for("hindsight-testkit.coordinators");
const holder = globalThis as typeof globalThis & { [SHARED]?: Map<string, Shared> };

/**
 * What a preset's global setup does: starts the process's coordinator, or joins the one that runs on the same database
 * or existing server, and registers the project's options.
 *
 * @returns the address to hand to the workers, what says that the project's tests run again, and what ends it: the last one to leave ends all that was started.
 * @throws TestkitError `INVALID_OPTION`, `POSTGRES_…`, `RECORD_REFUSED`; with `url`: `SERVER_UNREACHABLE`, `API_KEY_REFUSED`
 */
export async function joinCoordinator(
  presetOptions: PresetOptions,
  runner: Runner,
): Promise<{ address: CoordinatorAddress; rerun: () => void; leave: () => Promise<void> }> {
  const options = parsePresetOptions(presetOptions, process.env);
  holder[SHARED] ??= new Map();
  const all = holder[SHARED];
  const place = placeOf(options);
  let shared = all.get(place);
  if (!shared) {
    const coordinator: Promise<Run> =
      options.kind === "own" ? Coordinator.start(options) : ExistingRun.start(options);
    shared = { coordinator, control: coordinator.then((started) => ControlServer.start(started)), users: 0 };
    all.set(place, shared);
  }
  shared.users += 1;
  const joined = shared;
  const leave = async () => {
    joined.users -= 1;
    if (joined.users > 0) return;
    all.delete(place);
    await (await joined.control).close();
    await (await joined.coordinator).close();
  };
  try {
    const [coordinator, control] = await Promise.all([shared.coordinator, shared.control]);
    const { url, token } = control;
    // On an existing server all projects are the same: there is nothing to be told of them.
    if (coordinator.kind !== "own" || options.kind !== "own") {
      return { address: { url, token, projectId: "" }, rerun: () => {}, leave };
    }
    const projectId = await coordinator.addProject(options, runner);
    return { address: { url, token, projectId }, rerun: () => coordinator.beginRun(projectId), leave };
  } catch (error) {
    // What did not start needs no end; what did start would otherwise run on.
    await leave().catch((leaveError: unknown) => {
      if (!TestkitError.is(leaveError)) throw leaveError;
    });
    throw error;
  }
}

function placeOf(options: ProjectOptions | ExistingOptions): string {
  return options.kind === "own" ? JSON.stringify(options.database) : `${options.url} ${options.apiKey ?? ""}`;
}

/** Warns when the user's own `HINDSIGHT_API_URL` is going to be replaced in the workers. */
export function warnAboutOwnApiUrl(
  { url }: PresetOptions,
  ...environments: (Record<string, unknown> | undefined)[]
): void {
  const own = environments
    .map((env) => env?.HINDSIGHT_API_URL)
    .find((url) => typeof url === "string" && url !== "");
  if (own === undefined || own === url) return;
  const instead =
    url === undefined
      ? "the test server instead, so that no test reaches a real one"
      : "the server of the option `url` instead";
  console.warn(
    `[hindsight-testkit] HINDSIGHT_API_URL is set to ${String(own)}. In the tests it names ${instead}.`,
  );
}
