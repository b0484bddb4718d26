import type { Profile } from "../../embedded/profiles/profile.ts";
import { chosenProfile } from "../chosen-profile.ts";
import type { OutputFlags } from "../output.ts";

/** What every command about a daemon takes. */
export interface DaemonFlags extends OutputFlags {
  profile?: string;
}

/** The profile that is meant; `default` need not exist. @throws TestkitError `PROFILE_NOT_FOUND`, `INVALID_OPTION` */
export async function chooseProfile(flags: DaemonFlags): Promise<Profile> {
  return (await chosenProfile(flags.profile)).profile;
}
