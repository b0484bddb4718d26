import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import pg from "pg";
import { inject } from "vitest";
import { settled } from "./memories.ts";

/** Where a server's models are. */
export interface Models {
  openai: string;
  tei: string;
}

/** Upstream's own server, on a database of its own. */
export interface UpstreamServer {
  url: string;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 180_000;

/** Starts upstream by the program that the command was given, and waits until it answers. */
export async function startUpstream(models: Models): Promise<UpstreamServer> {
  const [program = "", ...given] = JSON.parse(process.env.UPSTREAM_SERVER ?? "[]") as string[];
  const database = await createDatabase();
  const port = await freePort();
  const front = await startFront(models);
  const places: Record<string, string> = { "{port}": String(port), "{model-port}": String(front.port) };
  const args = (given.length > 0 ? given : ["--port", "{port}"]).map((arg) => places[arg] ?? arg);
  const subprocess = execa(program, args, {
    env: upstreamEnvironment(models, database.url),
    stdin: "ignore",
    all: true,
    reject: false,
    // Whatever the program itself has started ends by its own means.
    forceKillAfterDelay: 10_000,
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    subprocess.kill("SIGTERM");
    await subprocess;
    await front.close();
    await database.drop();
  };
  try {
    const ended = subprocess.then(({ all }) => {
      throw new Error(`Upstream's server ended: ${String(all).slice(-3_000)}`);
    });
    const ready = settled(async () => (await fetch(`${url}/health`)).ok, START_LIMIT_MS);
    ended.catch(() => {});
    await Promise.race([ready, ended]);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function upstreamEnvironment({ openai, tei }: Models, databaseUrl: string): Record<string, string> {
  const variables = {
    HOST: "127.0.0.1",
    DATABASE_URL: databaseUrl,
    LLM_PROVIDER: "openai",
    LLM_MODEL: "scripted",
    LLM_API_KEY: "kept-by-the-gateway",
    LLM_BASE_URL: openai,
    EMBEDDINGS_PROVIDER: "openai",
    EMBEDDINGS_OPENAI_BASE_URL: openai,
    EMBEDDINGS_OPENAI_API_KEY: "kept-by-the-gateway",
    EMBEDDINGS_OPENAI_MODEL: "scripted",
    RERANKER_PROVIDER: "tei",
    RERANKER_TEI_URL: tei,
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`HINDSIGHT_API_${name}`, value]),
  );
}

async function createDatabase() {
  const name = `upstream_${randomBytes(6).toString("hex")}`;
  const asAdmin = async (sql: string) => {
    const admin = new pg.Client(inject("postgresUrl"));
    await admin.connect();
    await admin.query(sql).finally(() => admin.end());
  };
  await asAdmin(`CREATE DATABASE ${name}`);
  const url = new URL(inject("postgresUrl"));
  url.protocol = "postgresql:";
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** A port on which the models are where programs look for them that know a port alone: OpenAI's below `/v1`, the rest of TEI. */
async function startFront({ openai, tei }: Models) {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "";
    const target = path.startsWith("/v1/") ? openai + path.slice("/v1".length) : tei + path;
    const { host: _, ...headers } = incoming.headers;
    const passed = request(target, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
