import { hasDaemon } from "../../embedded/profiles/daemon-state.ts";
import { profileFiles } from "../../embedded/profiles/profile.ts";
import { ProfileStore } from "../../embedded/profiles/profile-store.ts";
import { chosenProfile } from "../chosen-profile.ts";
import { duration, type OutputFlags, print, table } from "../output.ts";

/** `--json`, or Hindsight's `-o json`. */
interface LookFlags extends OutputFlags {
  output?: "text" | "json";
}

interface ListItem {
  name: string;
  port: number;
  config: string;
  created_at: string;
  last_used: string;
  is_active: boolean;
  daemon_running: boolean;
  /** Only where the profile cannot be used: why. */
  fault?: string;
}

/** `profile list` */
export async function list(flags: LookFlags): Promise<void> {
  const profiles = await ProfileStore.open().list();
  const items = profiles.map(
    async ({ name, directory, port, createdAt, lastUsed, isActive, fault }): Promise<ListItem> => ({
      name,
      port,
      config: profileFiles(directory).environment,
      created_at: createdAt,
      last_used: lastUsed,
      is_active: isActive,
      daemon_running: await hasDaemon({ name, directory, port, environment: {} }),
      ...(fault !== undefined && { fault }),
    }),
  );
  const document = await Promise.all(items);
  print(format(flags), document, document.length === 0 ? ["There are no profiles."] : lines(document));
}

function lines(items: ListItem[]): string[] {
  const rows = items.map((item) => [
    item.name,
    String(item.port),
    item.daemon_running ? "runs" : "",
    item.is_active ? "active" : "",
    `${duration(Math.max(0, Date.now() - Date.parse(item.last_used)))} ago`,
    item.config,
  ]);
  const faults = items.flatMap(({ name, fault }) => (fault ? [`${name} cannot be used. ${fault}`] : []));
  return [...table(rows, ["profile", "port", "daemon", "", "last used", "configuration"]), ...faults];
}

/** `profile show` */
export async function show(flags: LookFlags & { profile?: string }): Promise<void> {
  const { profile, source } = await chosenProfile(flags.profile);
  const { name, directory, port } = profile;
  const document = { name, source, config: profileFiles(directory).environment, port };
  print(
    format(flags),
    document,
    table([
      ["profile", name],
      ["chosen by", source],
      ["configuration", document.config],
      ["port", String(port)],
    ]),
  );
}

function format({ json, output }: LookFlags): OutputFlags {
  return { json: json === true || output === "json" };
}
