import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { FORWARDING } from "../../../gateway/forward.ts";
import { noteMiss, type OwnCalls } from "./own-calls.ts";
import { realm } from "./realm.ts";

/** Told of every request that undici makes in this thread: Node's own `fetch`, and the package's. */
const REQUESTS = "undici:request:create";

/** What is published there, as far as it is used. */
interface UndiciRequest {
  origin?: unknown;
  path?: unknown;
  /** Ends the request with an error. */
  onError?: unknown;
}

/**
 * Refuses calls to a provider that nobody intercepted, and fails their test, until the end of the file: of the `fetch` of the
 * package undici, or one that was kept from before interception began.
 */
export function watchUnseenCalls(calls: OwnCalls): void {
  const forwarding = new AsyncLocalStorage<object>();
  FORWARDING.bindStore(forwarding);
  const onRequest = (message: unknown) => {
    // With Jest's --runInBand the gateway lives in this process.
    if (forwarding.getStore()) return;
    const { request } = message as { request: UndiciRequest };
    const url = `${request.origin}${request.path}`;
    if (!calls.claims(url)) return;
    const reason = `${url.replace(/\?.*$/, "")} was called where it cannot be intercepted by the \`fetch\` of the package undici, or by a client that was made before server.listen(). Make the client later, or give it the address of the gateway: llm.url().`;
    noteMiss(undefined, reason);
    if (typeof request.onError === "function") request.onError(new Error(`[hindsight-testkit] ${reason}`));
  };
  subscribe(REQUESTS, onRequest);
  realm().atEnd.add(() => {
    unsubscribe(REQUESTS, onRequest);
    FORWARDING.unbindStore(forwarding);
  });
}
