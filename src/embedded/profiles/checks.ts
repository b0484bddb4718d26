import { TestkitError } from "../../errors/testkit-error.ts";
import type { Inventory, KnownProfile } from "./inventory.ts";
import type { Profile } from "./profile.ts";

/** @throws TestkitError `PROFILE_NOT_FOUND` */
export function existing({ profiles }: Inventory, name: string, chosenBy?: string): KnownProfile {
  const profile = profiles.get(name);
  if (profile) return profile;
  const chosen = chosenBy ? ` It was chosen by ${chosenBy}.` : "";
  throw new TestkitError("PROFILE_NOT_FOUND", { what: `There is no profile ${name}.${chosen}` });
}

/** @throws TestkitError what is wrong with the profile's environment file. */
export function usable({ name, directory, port, chosenPort, environment, fault }: KnownProfile): Profile {
  if (fault) throw fault;
  return { name, directory, port: chosenPort ?? port, environment };
}

/**
 * Some file systems take `App` and `app` for one directory.
 * @throws TestkitError `PROFILE_EXISTS`
 */
export function refuseNearlySame(name: string, others: readonly KnownProfile[]): void {
  const same = others.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (same === undefined) return;
  throw new TestkitError("PROFILE_EXISTS", {
    what: `The profile ${same.name} exists, whose name differs from ${name} in case only.`,
  });
}

/** @throws TestkitError `INVALID_OPTION` */
export function refuseTakenPort(port: number, others: readonly KnownProfile[]): void {
  const owner = others.find((other) => (other.chosenPort ?? other.port) === port);
  if (owner === undefined) return;
  throw new TestkitError("INVALID_OPTION", { what: `Port ${port} belongs to the profile ${owner.name}.` });
}
