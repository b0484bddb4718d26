type Fetch = typeof globalThis.fetch;

const CONNECT_TIMEOUT_MS = 10_000;

/** By the time that a connection may take; each has connections of its own. */
const clients = new Map<number, Promise<Fetch>>();

/**
 * Fetches as the one of Node does, but an answer may take as long as its caller waits (Node's own ends at five minutes), and a
 * connection that does not come about is given up sooner.
 * @param connectTimeoutMs 0: whatever the caller waits.
 */
export function httpClient(connectTimeoutMs = CONNECT_TIMEOUT_MS): Fetch {
  return async (input, init) => (await client(connectTimeoutMs))(input, init);
}

/** Loaded with the first request: it is not needed to start. */
function client(connectTimeoutMs: number): Promise<Fetch> {
  let loading = clients.get(connectTimeoutMs);
  if (!loading) {
    loading = import("undici").then(({ Agent, fetch }) => {
      const dispatcher = new Agent({
        connect: { timeout: connectTimeoutMs },
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const fetchWith = (input: string, init: object = {}) => fetch(input, { ...init, dispatcher });
      // The same interface, declared twice: by undici, and by Node's types.
      return fetchWith as unknown as Fetch;
    });
    clients.set(connectTimeoutMs, loading);
  }
  return loading;
}
