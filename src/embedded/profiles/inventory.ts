import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { EnvFile } from "./env-file.ts";
import { readTextIfThere, undefinedIfMissing, unusable } from "./file-errors.ts";
import { type Metadata, type ProfileRecord, readMetadata } from "./metadata.ts";
import { isProfileName } from "./name.ts";
import { allocatePort, PORT_VARIABLE, parseProfilePort } from "./port.ts";
import { profileFiles } from "./profile.ts";

/** A profile's own files, as they are. */
interface ProfileOnDisk {
  name: string;
  directory: string;
  environment: Record<string, string>;
  /** The port that the environment names. It goes before the allocated one. */
  chosenPort: number | undefined;
  /** Why it cannot be used: its environment file cannot be read, or names a port that is none. */
  fault: TestkitError | undefined;
  /** When its directory was made, as far as the file system knows. */
  since: string;
}

/** A profile, and what else is known of it. `port` is the one that was allocated. */
export interface KnownProfile extends ProfileOnDisk, ProfileRecord {}

export interface Inventory {
  profiles: Map<string, KnownProfile>;
  /** Whether the metadata can be understood. */
  isSound: boolean;
  /** Whether the metadata tells of the same profiles. */
  isRecorded: boolean;
}

export function metadataFile(directory: string): string {
  return join(directory, "metadata.json");
}

/**
 * All profiles, by name. What is on the disk counts; the metadata is what else is known of it, and what it lacks is made up in
 * the same way by everybody.
 * @param directory of the profiles.
 */
export async function takeInventory(directory: string): Promise<Inventory> {
  const entries = await readdir(directory).catch(undefinedIfMissing);
  const names = (entries ?? []).filter(isProfileName).sort();
  const [metadata, ...found] = await Promise.all([
    readMetadata(metadataFile(directory)),
    ...names.map((name) => readProfile(join(directory, name), name)),
  ]);
  const onDisk = found.filter((profile) => profile !== undefined);
  const records = completeRecords(onDisk, metadata ?? new Map());
  const profiles = onDisk.map((profile) => ({ ...profile, ...records(profile) }));
  return {
    profiles: new Map(profiles.map((profile) => [profile.name, profile])),
    isSound: metadata !== undefined,
    isRecorded: metadata?.size === profiles.length && profiles.every(({ name }) => metadata.has(name)),
  };
}

/** The ports that no other profile may have. */
export function takenPorts(
  profiles: Iterable<{ port: number; chosenPort: number | undefined }>,
): Set<number> {
  return new Set([...profiles].flatMap(({ port, chosenPort }) => [port, chosenPort ?? port]));
}

function completeRecords(
  profiles: readonly ProfileOnDisk[],
  metadata: Metadata,
): (profile: ProfileOnDisk) => ProfileRecord {
  const taken = new Set<number>();
  for (const { name, chosenPort } of profiles) {
    const port = metadata.get(name)?.port;
    if (port !== undefined) taken.add(port);
    if (chosenPort !== undefined) taken.add(chosenPort);
  }
  return ({ name, directory, since }) => {
    const known = metadata.get(name);
    if (known) return known;
    const port = allocatePort(directory, taken);
    taken.add(port);
    return { createdAt: since, lastUsed: since, port };
  };
}

/** Undefined where there is no profile, whatever else there is. */
async function readProfile(directory: string, name: string): Promise<ProfileOnDisk | undefined> {
  const path = profileFiles(directory).environment;
  const nothing = { name, directory, environment: {}, chosenPort: undefined };
  let since = new Date(0).toISOString();
  try {
    const text = await readTextIfThere(path);
    if (text === undefined) return undefined;
    since = (await stat(directory)).birthtime.toISOString();
    const environment = new EnvFile(text).values;
    const port = environment[PORT_VARIABLE];
    const source = `${PORT_VARIABLE} in ${path}`;
    const chosenPort = port ? parseProfilePort(port, source) : undefined;
    return { name, directory, environment, chosenPort, fault: undefined, since };
  } catch (error) {
    const fault = TestkitError.is(error) ? error : unusable(path, error);
    return { ...nothing, fault, since };
  }
}
