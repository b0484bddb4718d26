import type { Profile } from "../embedded/profiles/profile.ts";
import { type ProfileSource, ProfileStore } from "../embedded/profiles/profile-store.ts";
import { progress } from "./output.ts";

/**
 * The profile that a command is about, as everywhere; but whoever types a flag is told when it does not count.
 * @param flag what `--profile` says.
 * @throws TestkitError `PROFILE_NOT_FOUND`, `INVALID_OPTION`
 */
export async function chosenProfile(
  flag: string | undefined,
): Promise<{ profile: Profile; source: ProfileSource }> {
  const chosen = await ProfileStore.open().resolve(flag);
  const { profile, source } = chosen;
  if (flag !== undefined && source !== "cli_flag" && profile.name !== flag) {
    progress(`${source} chooses the profile ${profile.name}; --profile ${flag} is not looked at.`);
  }
  return chosen;
}
