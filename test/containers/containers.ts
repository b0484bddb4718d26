import { findEngine } from "../../src/postgres/container/engine.ts";
import { OWNER_LABEL } from "../../src/postgres/container/sweep.ts";
import { soon } from "../support/postgres.ts";

/** The containers that hosts made, whoever's they are, stopped ones included. */
export async function containersOfOurs(): Promise<
  { id: string; name: string; port: number; owner: number }[]
> {
  const { client } = await findEngine(soon());
  const containers = await client.container.dockerode.listContainers({
    all: true,
    filters: { label: [OWNER_LABEL] },
  });
  return containers.map(({ Id: id, Names: [name = ""], Ports, Labels }) => ({
    id,
    name: name.slice(1),
    port: Ports.find(({ PublicPort }) => PublicPort !== undefined)?.PublicPort ?? 0,
    owner: (JSON.parse(Labels[OWNER_LABEL] ?? "{}") as { pid: number }).pid,
  }));
}
