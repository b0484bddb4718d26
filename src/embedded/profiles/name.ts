import { TestkitError } from "../../errors/testkit-error.ts";

/** The profile that is meant where none is named. It need not be created. */
export const DEFAULT_PROFILE = "default";

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Windows has no directories of these names. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

export function isProfileName(name: string): boolean {
  return NAME.test(name) && !RESERVED.test(name);
}

/**
 * @param source where the name comes from, for the message.
 * @throws TestkitError `INVALID_OPTION`
 */
export function checkProfileName(name: string, source = "A profile's name"): void {
  if (isProfileName(name)) return;
  throw new TestkitError("INVALID_OPTION", {
    what: `${source} must be 1 to 64 letters (a to z), digits, "-" and "_", and no name that Windows keeps for itself such as "con", not ${JSON.stringify(name)}.`,
  });
}
