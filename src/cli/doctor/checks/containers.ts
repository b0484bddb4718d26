import { existsSync } from "node:fs";
import { request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { isJsonObject } from "../../../json-object.ts";
import { parseJson } from "../../../parse-json.ts";
import { loadTestcontainers } from "../../../postgres/container/testcontainers.ts";
import { type Finding, failed } from "../finding.ts";

const TIMEOUT_MS = 5_000;

type Engine = { socketPath: string } | { host: string; port: number };

/** A Docker Engine, which nothing needs but a Postgres in a container. Its absence is no fault of the machine. */
export async function checkContainers(): Promise<Finding[]> {
  const place = process.env.DOCKER_HOST || socketPaths().find((path) => existsSync(path));
  const remedy = "Start Docker, or another engine with its API, only if you want Postgres in a container.";
  if (place === undefined) {
    return [{ check: "containers", status: "note", what: "No Docker Engine was found", remedy }];
  }
  const engine = parse(place);
  if (engine === undefined) {
    const what = `Whether a Docker Engine answers at ${place} cannot be told here`;
    return [{ check: "containers", status: "note", what }];
  }
  try {
    const version = await versionOf(engine);
    const what = `Docker Engine ${version} answers at ${place}`;
    return [{ check: "containers", status: "ok", what }, ...checkLibrary()];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      { check: "containers", status: "note", what: `No Docker Engine answers at ${place}: ${why}`, remedy },
    ];
  }
}

/** The package that `database: "container"` needs besides; its version is looked at with those of the other peers. */
function checkLibrary(): Finding[] {
  try {
    loadTestcontainers();
    return [];
  } catch (error) {
    return [{ ...failed("containers", error), status: "note" }];
  }
}

/** Where engines listen: as root's service, by Docker Desktop, rootless. */
function socketPaths(): string[] {
  if (process.platform === "win32") return ["//./pipe/docker_engine"];
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  return [
    "/var/run/docker.sock",
    join(homedir(), ".docker/run/docker.sock"),
    ...(runtime ? [join(runtime, "docker.sock"), join(runtime, "podman/podman.sock")] : []),
  ];
}

/** Undefined where a connection needs more than a socket: certificates, or SSH. */
function parse(place: string): Engine | undefined {
  const path = /^(?:unix|npipe):\/\/(.+)$/.exec(place)?.[1];
  if (path !== undefined) return { socketPath: path };
  if (!place.includes("://")) return { socketPath: place };
  if (!place.startsWith("tcp://") || !URL.canParse(place) || process.env.DOCKER_TLS_VERIFY) return undefined;
  const { hostname, port } = new URL(place);
  return { host: hostname, port: Number(port || 2375) };
}

function versionOf(engine: Engine): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const asked = request({ ...engine, path: "/version", signal }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject).on("end", () => {
        const answer = parseJson(text);
        const version = isJsonObject(answer) ? answer.Version : undefined;
        if (typeof version === "string") resolve(version);
        else reject(new Error(`it answers with status ${response.statusCode}, and not as an engine does`));
      });
    });
    asked.on("error", reject).end();
  });
}
