import { text } from "node:stream/consumers";
import { stopDaemon } from "../../embedded/daemon/stop-daemon.ts";
import { parseProfilePort } from "../../embedded/profiles/port.ts";
import { profileFiles } from "../../embedded/profiles/profile.ts";
import { ProfileStore } from "../../embedded/profiles/profile-store.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { type OutputFlags, print } from "../output.ts";

interface CreateFlags extends OutputFlags {
  port?: string;
  env?: string[];
  merge?: boolean;
}

/** `profile create` */
export async function create(name: string, { port, env = [], merge, ...flags }: CreateFlags): Promise<void> {
  const profile = await ProfileStore.open().create(name, {
    port: port === undefined ? undefined : parseProfilePort(port, "--port"),
    env: Object.fromEntries(env.map(parseVariable)),
    merge,
  });
  const config = profileFiles(profile.directory).environment;
  const document = { name, port: profile.port, config };
  print(flags, document, [`The profile ${name} is there, with port ${profile.port} and ${config}.`]);
}

/** `NAME=value`, or `NAME` for the value that it has in our own environment, as Docker has it. */
function parseVariable(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at !== -1) return [text.slice(0, at).trim(), text.slice(at + 1)];
  const value = process.env[text];
  if (value !== undefined) return [text, value];
  throw new TestkitError("INVALID_OPTION", {
    what: `--env must be NAME=value, or the name of a variable that is set, not ${JSON.stringify(text)}.`,
  });
}

/** `profile set-env` */
export async function setEnv(
  name: string,
  variable: string,
  value: string,
  flags: OutputFlags,
): Promise<void> {
  const read = value === "-" ? (await text(process.stdin)).replace(/\r?\n$/, "") : value;
  await ProfileStore.open().setEnv(name, variable, read);
  // The value may be a secret.
  print(flags, { name, variable }, [`The profile ${name} sets ${variable}.`]);
}

/** `profile remove-env` */
export async function removeEnv(name: string, variable: string, flags: OutputFlags): Promise<void> {
  await ProfileStore.open().removeEnv(name, variable);
  print(flags, { name, variable }, [`The profile ${name} does not set ${variable} any more.`]);
}

/** `profile delete` */
export async function remove(
  name: string,
  { stop = false, ...flags }: OutputFlags & { stop?: boolean },
): Promise<void> {
  const store = ProfileStore.open();
  if (stop) {
    // Not by `get`, which refuses one that cannot be used: it is to go.
    const listed = (await store.list()).find((profile) => profile.name === name);
    if (listed) await stopDaemon({ ...listed, environment: {} });
  }
  await store.delete(name);
  print(flags, { name }, [`The profile ${name} is gone, and its data with it.`]);
}

/** `profile set-active` */
export async function setActive(
  name: string | undefined,
  { none = false, ...flags }: OutputFlags & { none?: boolean },
): Promise<void> {
  if ((name === undefined) !== none) {
    throw new TestkitError("INVALID_OPTION", { what: "`set-active` wants a profile's name, or --none." });
  }
  await ProfileStore.open().setActive(name ?? null);
  print(flags, { name: name ?? null }, [name ? `The profile ${name} is active.` : "No profile is active."]);
}
