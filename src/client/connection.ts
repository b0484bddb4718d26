import type { Client, HindsightClient as OfficialClient } from "@vectorize-io/hindsight-client";

/** A server that can be asked: by the official client, and by the functions below it, which know every route. */
export interface Connection {
  readonly client: OfficialClient;
  readonly http: Client;
}

/**
 * Where the namespaces get their connection from, before each of their calls. A client answers with its own; what keeps a
 * server alive sees to it first.
 */
export interface ClientSource {
  ready(): Promise<Connection>;
}

/** The connection of a client, which has the routes' functions ask by an object that is private to it. */
export function connectionOf(client: OfficialClient): Connection {
  // biome-ignore lint/complexity/useLiteralKeys: only in brackets TypeScript admits a private field, and checks its name
  return { client, http: client["client"] };
}

/** What a route's function is given with every call; it throws what goes wrong. */
export function to<Path>({ http }: Connection, path: Path, signal: AbortSignal | undefined) {
  return { client: http, path, throwOnError: true as const, ...(signal && { signal }) };
}
