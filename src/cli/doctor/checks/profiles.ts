import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { ProfileStore } from "../../../embedded/profiles/profile-store.ts";
import { canEnter } from "../../../home/home.ts";
import { runUser } from "../../../home/run-user.ts";
import { type Finding, failed } from "../finding.ts";

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
    return [
      { check: "profiles", status: "ok", what: `${counted} in ${store.home}` },
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
