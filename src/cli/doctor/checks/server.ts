import { HindsightServer } from "../../../server/hindsight-server.ts";
import { duration } from "../../output.ts";
import type { Finding } from "../finding.ts";

const TIMEOUT_MS = 120_000;

/**
 * Starts a server as `HindsightServer` does, and asks it.
 * @param database an empty one of the server's own; left out: a Postgres of its own.
 */
export async function checkServer(database?: string): Promise<Finding[]> {
  const began = performance.now();
  const server = await HindsightServer.start({ startTimeout: TIMEOUT_MS, database });
  try {
    const { ok, status } = await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const took = duration(performance.now() - began);
    if (ok) return [{ check: "server", status: "ok", what: `Started on loopback, and answered, in ${took}` }];
    return [
      {
        check: "server",
        status: "problem",
        what: `Something else answered for the server, with status ${status}: a proxy, most likely`,
        remedy: "Keep 127.0.0.1 from the proxy: NO_PROXY=127.0.0.1,localhost.",
      },
    ];
  } finally {
    await server.stop();
  }
}
