import { accessSync, constants, existsSync } from "node:fs";
import type { ContainerRuntimeClient } from "testcontainers";
import { ContainerUnavailableError } from "../../errors/container-unavailable-error.ts";
import { before, type Deadline } from "../../home/deadline.ts";
import type { EngineAddress } from "../../reaper/container.ts";
import { type Library, loadTestcontainers } from "./testcontainers.ts";

/** The usual place of the engine's socket, which may be there for others only. */
const SOCKET = "/var/run/docker.sock";

/** A container engine that answers, as Testcontainers found it. */
export interface ContainerEngine {
  library: Library;
  client: ContainerRuntimeClient;
  /** For whoever speaks to it without Testcontainers. */
  address: EngineAddress;
  /** Where the ports are that containers publish. */
  host: string;
}

/** @throws ContainerUnavailableError */
export async function findEngine(deadline: Deadline): Promise<ContainerEngine> {
  const library = loadTestcontainers();
  const finding = library.getContainerRuntimeClient();
  const client = await before(deadline, finding, () => new Error("it did not answer in time")).catch(
    (cause: unknown) => {
      throw new ContainerUnavailableError(`No container engine answers${hint(cause)}.`, cause);
    },
  );
  const address = addressOf(client.container.dockerode.modem);
  const { host } = client.info.containerRuntime;
  return { library, client, address, host: host === "localhost" ? "127.0.0.1" : host };
}

/** What is known of the place where it was looked for. */
function hint(cause: unknown): string {
  const { DOCKER_HOST } = process.env;
  if (DOCKER_HOST) return ` at ${DOCKER_HOST} (DOCKER_HOST)`;
  if (process.platform === "win32") return "";
  if (!existsSync(SOCKET)) return `, and ${SOCKET} is not there`;
  try {
    accessSync(SOCKET, constants.R_OK | constants.W_OK);
  } catch {
    return `: this user may not use ${SOCKET}`;
  }
  return ` at ${SOCKET}: ${cause instanceof Error ? cause.message : cause}`;
}

function addressOf(modem: unknown): EngineAddress {
  const { socketPath, host, port, ca, cert, key } = Object(modem) as Record<string, unknown>;
  if (typeof socketPath === "string") return { socketPath };
  if (typeof host !== "string")
    throw new ContainerUnavailableError("The container engine's address is not known.");
  const tls = ca && cert && key ? { ca: String(ca), cert: String(cert), key: String(key) } : undefined;
  return { host, port: Number(port) || (tls ? 2376 : 2375), tls };
}
