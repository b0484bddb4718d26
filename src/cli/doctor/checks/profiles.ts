import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { lookUp } from "../../../embedded/daemon/look-up.ts";
import { type Profile, profileFiles } from "../../../embedded/profiles/profile.ts";
import { ProfileStore } from "../../../embedded/profiles/profile-store.ts";
import { canEnter } from "../../../home/home.ts";
import { runUser } from "../../../home/run-user.ts";
import { portFault } from "../../start-failures.ts";
import { type Finding, failed } from "../finding.ts";

/** A busy daemon answers late. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Where profiles are, and whether each can be used. Nothing is made: a machine without profiles needs no directory. */
export async function checkProfiles(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const store = ProfileStore.open(env);
  const obstacle = await whyUnusable(store.home);
  if (obstacle !== undefined) {
    const remedy =
      "Give it to this user, or move it with HINDSIGHT_TESTKIT_HOME. Only profiles need it, no test run does.";
    return [{ check: "profiles", status: "warning", what: `${store.home}: ${obstacle}`, remedy }];
  }
  try {
    const profiles = await store.list();
    const broken = profiles.flatMap(({ name, fault }) => (fault === undefined ? [] : [{ name, fault }]));
    const counted = profiles.length === 1 ? "1 profile" : `${profiles.length} profiles`;
    const usable = await Promise.all(
      profiles.filter(({ fault }) => fault === undefined).map(({ name }) => store.get(name)),
    );
    return [
      { check: "profiles", status: "ok", what: `${counted} in ${store.home}` },
      ...(await Promise.all(usable.map(checkDaemon))).flat(),
      ...broken.map(({ name, fault }): Finding => {
        const remedy = `Mend its environment file, or remove it: npx hindsight-testkit profile delete ${name}.`;
        return { check: "profiles", status: "warning", what: `${name} cannot be used: ${fault}`, remedy };
      }),
    ];
  } catch (error) {
    return [{ ...failed("profiles", error), status: "warning" }];
  }
}

/** Undefined: the directory can be written, or made. */
async function whyUnusable(home: string): Promise<string | undefined> {
  const user = runUser();
  for (let path = home; ; path = dirname(path)) {
    try {
      await access(path, constants.W_OK | constants.X_OK);
      return user && !canEnter(path, user) ? `the user ${user.name} may not enter it` : undefined;
    } catch (error) {
      const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isMissing || path === dirname(path)) return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Whether the profile's daemon answers, or could be started. */
async function checkDaemon(profile: Profile): Promise<Finding[]> {
  const { name, port } = profile;
  const found = await lookUp(profile, { action: "find", timeoutMs: ANSWER_TIMEOUT_MS });
  if (found.state === "silent") {
    const what = `The daemon of ${name}, process ${found.record.pid}, does not answer`;
    const remedy = `See its log, ${profileFiles(profile.directory).log}, or end it: npx hindsight-testkit daemon -p ${name} stop.`;
    return [{ check: "profiles", status: "warning", what, remedy }];
  }
  if (found.state !== "none") return [];
  const fault = await portFault("127.0.0.1", port);
  if (fault?.code !== "EADDRINUSE") return [];
  const what = `Port ${port} of ${name} is taken by another program: its daemon cannot start`;
  const remedy = `End that program, or take another port: npx hindsight-testkit profile set-env ${name} HINDSIGHT_API_PORT <port>.`;
  return [{ check: "profiles", status: "warning", what, remedy }];
}
