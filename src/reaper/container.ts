import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

/** Where a container engine is spoken to: a socket or Windows's named pipe, or an address. */
export type EngineAddress =
  | { socketPath: string }
  | { host: string; port: number; tls?: { ca: string; cert: string; key: string } | undefined };

/** A container of ours. Its name is made of random digits: no stranger's is mistaken for it. */
export interface WatchedContainer {
  name: string;
  engine: EngineAddress;
}

/** How long the engine may take to remove a container, in milliseconds. */
const REMOVAL_TIMEOUT = 10_000;
/** When it is asked again for a container that it did not know: one may still be in the making. */
const ASK_AGAIN_AFTER = 500;

/**
 * Ends a container and removes it, with its volumes. Without the engine's client library: what cleans up is small, and starts
 * before anything else.
 * @throws Error when the engine does not answer, or refuses.
 */
export async function removeContainer(container: WatchedContainer): Promise<void> {
  if (await askToRemove(container)) return;
  await delay(ASK_AGAIN_AFTER);
  await askToRemove(container);
}

/** @returns false when there is none. */
function askToRemove({ name, engine }: WatchedContainer): Promise<boolean> {
  const path = `/containers/${encodeURIComponent(name)}?force=true&v=true`;
  const options = { method: "DELETE", path, signal: AbortSignal.timeout(REMOVAL_TIMEOUT), agent: false };
  const { tls, ...place } = { tls: undefined, ...engine };
  const request = tls ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, ...place, ...tls });
    sent.on("error", reject).on("response", (response) => {
      response.resume();
      const { statusCode = 500 } = response;
      // 409: somebody else is removing it just now.
      if (statusCode < 300 || statusCode === 409) resolve(true);
      else if (statusCode === 404) resolve(false);
      else reject(new Error(`The container engine answered ${statusCode} when ${name} was to be removed.`));
    });
    sent.end();
  });
}
