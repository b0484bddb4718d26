/** What a command that starts a server does before it starts, and when it cannot: as upstream's does. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TestkitError } from "../errors/testkit-error.ts";

const PORT_WAIT_MS = 5_000;
const PORT_POLL_MS = 200;
/** Pauses between attempts to reach a database that may be starting as well: 15 s in all. */
const DATABASE_PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

/**
 * Waits a while for a port that is taken: a server that was just stopped may still hold it. Nothing tells when it lets go, so
 * it is tried again and again.
 * @throws TestkitError `SERVER_PORT_TAKEN`; AbortError
 */
export async function waitForPort(
  host: string,
  port: number,
  { signal, waitMs = PORT_WAIT_MS }: { signal?: AbortSignal; waitMs?: number } = {},
): Promise<void> {
  if (port === 0) return;
  const end = performance.now() + waitMs;
  for (;;) {
    const fault = await portFault(host, port);
    // Anything else is said by the server itself, which tries the same.
    if (fault?.code !== "EADDRINUSE") return;
    if (performance.now() >= end) {
      throw new TestkitError("SERVER_PORT_TAKEN", {
        what: `Error: cannot bind ${host}:${port}: ${fault.message}.`,
        cause: fault,
      });
    }
    await sleep(PORT_POLL_MS, undefined, signal && { signal });
  }
}

/** Why a port cannot be listened on; undefined: it can. */
export async function portFault(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Starts again after a pause while the database does not accept connections. */
export async function retryDatabase<T>(
  start: () => Promise<T>,
  { signal, pausesMs = DATABASE_PAUSES_MS }: { signal?: AbortSignal; pausesMs?: readonly number[] } = {},
): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await start();
    } catch (error) {
      if (!TestkitError.is(error, "POSTGRES_CONNECT_FAILED")) throw error;
      await sleep(pause, undefined, signal && { signal });
    }
  }
  return start();
}
