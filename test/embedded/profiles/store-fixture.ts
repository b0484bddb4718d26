import { join } from "node:path";
import { ProfileStore } from "../../../src/embedded/profiles/profile-store.ts";
import { temporaryDirectory } from "../../support/postgres.ts";

/** A store of the test's own; its directory is not made yet. */
export async function openStore(env: NodeJS.ProcessEnv = {}) {
  const home = join(await temporaryDirectory(), "home");
  return {
    home,
    /** Where the profiles are. */
    profiles: join(home, "profiles"),
    store: ProfileStore.open({ HINDSIGHT_TESTKIT_HOME: home, ...env }),
    /** The same store for a process that was started with this environment. */
    with: (other: NodeJS.ProcessEnv) => ProfileStore.open({ HINDSIGHT_TESTKIT_HOME: home, ...other }),
  };
}
