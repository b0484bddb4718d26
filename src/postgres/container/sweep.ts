import { isGone, parseOwner } from "../../home/owner.ts";
import { parseJson } from "../../parse-json.ts";
import { removeContainer } from "../../reaper/container.ts";
import type { ContainerEngine } from "./engine.ts";

/** The label that says whose a container of ours is. */
export const OWNER_LABEL = "hindsight-testkit.owner";

/** How old the container of an owner that cannot be looked up may be, in milliseconds. */
const UNKNOWN_OWNER_LIMIT = 24 * 60 * 60_000;

/** The names of the containers of processes that were killed together with their reaper. Never fails. */
export async function abandonedContainers({ client }: ContainerEngine): Promise<string[]> {
  const containers = await client.container.dockerode
    .listContainers({ all: true, filters: { label: [OWNER_LABEL] } })
    .catch(() => []);
  const names = await Promise.all(
    containers.map(async ({ Names: [name = ""], Labels, Created }) => {
      const owner = parseOwner(parseJson(Labels[OWNER_LABEL] ?? ""));
      const age = Date.now() - Created * 1_000;
      const isAbandoned = owner !== undefined && (await isGone(owner, age, UNKNOWN_OWNER_LIMIT));
      return isAbandoned ? [name.replace(/^\//, "")] : [];
    }),
  );
  return names.flat();
}

/** Removes them. Never fails. */
export async function removeAbandonedContainers(engine: ContainerEngine): Promise<void> {
  const names = await abandonedContainers(engine);
  await Promise.allSettled(names.map((name) => removeContainer({ name, engine: engine.address })));
}
